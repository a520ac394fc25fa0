/** What the packages take from Node without asking, as webpack would give it to them. */
export { Buffer } from "buffer/";
export const process = { env: { NODE_ENV: "production" } };
