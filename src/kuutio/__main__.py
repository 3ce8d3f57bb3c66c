from kuutio.config.console import main

if __name__ == "__main__":
    raise SystemExit(main())
