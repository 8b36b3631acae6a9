"""The SMTP server: aiosmtpd with the faults taken out that lose reports."""
