"""Who is on duty: rotas by week, who stands in for whom, weeks that nobody has, and whether people can be reached."""
