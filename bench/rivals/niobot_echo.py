"""A command that answers, as nio-bot's own documentation writes one. Run by its own Python: URL USER PASSWORD."""

import sys

import niobot

url, user, password = sys.argv[1:4]
bot = niobot.NioBot(homeserver=url, user_id=user, device_id="my-device-name", store_path="./store", command_prefix="!")


@bot.on_event("ready")
async def on_ready(_):
    print("Bot is ready!", flush=True)


@bot.command()
async def echo(ctx, number: str):
    await ctx.respond(number)


bot.run(password=password)
