"""What went wrong on our side: logged whole, told to nobody but by its trace."""

import secrets

import structlog

from fastshop.contract.base import Broken

logger = structlog.get_logger()


def broken(error: BaseException, asked: str) -> Broken:
    """Log a defect and make the refusal that names its trace. ``asked`` is the operation or route."""
    trace = secrets.token_hex(8)
    logger.error("defect", trace=trace, asked=asked, exc_info=error)
    return Broken(trace=trace)
