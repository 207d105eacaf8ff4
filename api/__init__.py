"""The thin outer layer of toban: the HTTP API and the command line. It holds no scheduling logic."""
