"""Embedded data sets, generators of synthetic data, and the reading of users' files as rows of samples."""

from bouton.data._arguments import Seed
from bouton.data.column import Column, read_column
from bouton.data.dendritic_voltage import (
    BRANDALISE_MEASURED,
    LETZKUS_MEASURED,
    VoltageDigest,
    load_dendritic_voltages,
)
from bouton.data.digits import Dataset, load_digits
from bouton.data.faces import load_faces
from bouton.data.fetch import fetch_faces, fetch_mnist
from bouton.data.files import open_data
from bouton.data.generators import (
    gaussian_clusters,
    nonnegative_mixture,
    ring,
    sparse_mixture,
    spectrum_gaussian,
    switching_clusters,
    three_clusters,
)
from bouton.data.idx import read_idx_images, read_idx_labels
from bouton.data.images import ImageFolder, read_image, read_images
from bouton.data.lines import random_lines
from bouton.data.mnist import data_folder, load_mnist
from bouton.data.motor_targets import (
    DIGIT_STROKES,
    digit_stroke,
    gaussian_process,
    long_signal,
    short_signal,
    sussillo_signal,
)
from bouton.data.natural import dead_leaves, load_natural5, load_photographs
from bouton.data.on_off import on_off_inputs
from bouton.data.patches import ImagePatches, centre_patches, sample_patches
from bouton.data.recordings import potentials_in_millivolts, times_in_milliseconds, trains_in_milliseconds
from bouton.data.rows import rows_of
from bouton.data.sources import ArraySource, RowSource
from bouton.data.speech import Speech, synthetic_speech
from bouton.data.spike_files import read_spikes
from bouton.data.tables import Table
from bouton.data.textured import LabelledSplit, mnist_split, textured_digits, textured_mnist
from bouton.data.transformed import CompleteRows, TransformedRows, refuse_equal_rows, row_moments
from bouton.data.whitening import Whitening

__all__ = [
    "BRANDALISE_MEASURED",
    "DIGIT_STROKES",
    "LETZKUS_MEASURED",
    "ArraySource",
    "Column",
    "CompleteRows",
    "Dataset",
    "ImageFolder",
    "ImagePatches",
    "LabelledSplit",
    "RowSource",
    "Seed",
    "Speech",
    "Table",
    "TransformedRows",
    "VoltageDigest",
    "Whitening",
    "centre_patches",
    "data_folder",
    "dead_leaves",
    "digit_stroke",
    "fetch_faces",
    "fetch_mnist",
    "gaussian_clusters",
    "gaussian_process",
    "load_dendritic_voltages",
    "load_digits",
    "load_faces",
    "load_mnist",
    "load_natural5",
    "load_photographs",
    "long_signal",
    "mnist_split",
    "nonnegative_mixture",
    "on_off_inputs",
    "open_data",
    "potentials_in_millivolts",
    "random_lines",
    "read_column",
    "read_idx_images",
    "read_idx_labels",
    "read_image",
    "read_images",
    "read_spikes",
    "refuse_equal_rows",
    "ring",
    "row_moments",
    "rows_of",
    "sample_patches",
    "short_signal",
    "sparse_mixture",
    "spectrum_gaussian",
    "sussillo_signal",
    "switching_clusters",
    "synthetic_speech",
    "textured_digits",
    "textured_mnist",
    "three_clusters",
    "times_in_milliseconds",
    "trains_in_milliseconds",
]
