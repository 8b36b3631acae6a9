"""The program: settings, wiring, jobs, and the platforms it speaks on."""
