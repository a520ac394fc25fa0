"""What joins the bot to other machines: alerts in, pages out, a read-only door for dashboards."""
