"""Run the experiments of all networks of the family; each file says what its own is."""

from references.similarity_matching_family import dictionary, game, kernel, nonnegative, subspace, tiling, whitening

if __name__ == "__main__":
    for network in (subspace, nonnegative, tiling, whitening, dictionary, game, kernel):
        network.main()
