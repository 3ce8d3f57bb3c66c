"""Kuutio's own interface to the catalogue and its tables: `/api/v1/`."""

from ninja import Router

from kuutio.opendata.api import datasets, finding, loads, tables

router = Router()
router.add_router("", datasets.router, tags=["data sets"])
router.add_router("", loads.router, tags=["loads"])
router.add_router("", tables.router, tags=["tables"])
router.add_router("", finding.router, tags=["finding"])
