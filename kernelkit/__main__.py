"""``python -m kernelkit``: the command line without its launcher."""

from kernelkit.cli.app import main

if __name__ == "__main__":
    main()
