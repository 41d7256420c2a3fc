"""Data files that users write (YAML): read safely, checked against a data class, every error with its line."""

from simulator.data_files.origin import Origin
from simulator.data_files.read import load_data, parse_data, sentence
from simulator.data_files.yaml_text import YamlDocument, dump_yaml, parse_yaml

__all__ = ["Origin", "YamlDocument", "dump_yaml", "load_data", "parse_data", "parse_yaml", "sentence"]
