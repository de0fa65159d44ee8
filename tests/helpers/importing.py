"""Import of one format, called as tests like it."""
from custom.datasets.formats.importers.importer import import_dataset
from custom.datasets.formats.importers.raw_samples import ImportOptions


def importer(name):
    """A function: the source and options, the two fractions first."""

    def read(src, *fractions, **options):
        fields = dict(zip(('val_fraction', 'test_fraction'), fractions))
        return import_dataset(name, src, ImportOptions(**fields, **options))

    return read
