"""A file of the user's and a name in it -> the graph of the loss there, run under the recorder."""
