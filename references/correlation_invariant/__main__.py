"""Run the experiment of the neurons with rates; that of the spiking neurons takes hours in NumPy."""

from references.correlation_invariant import rates

if __name__ == "__main__":
    rates.main()
