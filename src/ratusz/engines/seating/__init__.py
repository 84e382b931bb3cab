"""Seating: people and tables to a plan by rounds, with repair and with reasons when rules conflict."""
