"""Drawing kit and pictures behind the sample art."""
