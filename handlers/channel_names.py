"""What channels are called, and how the others are opened from one."""

import locales
from documents.wording import channel_name
from plans.messages import Address
from plans.world import World

_PHONE = "zalo_phone"
_SHOWN_DIGITS = 3
_PAGE = "webchat"


def address_name(language: str, address: Address) -> str:
    """Return what an address is called: its channel, of a telephone number the last digits too."""
    if address.channel == _PHONE:
        return locales.text(language, "channel.phone", digits=address.chat[-_SHOWN_DIGITS:])
    return channel_name(language, address.channel)


def other_links(language: str, world: World, here: str, code: str) -> list[str]:
    """Return a line for each channel with a link that carries a code, but for the one here.

    The page stays: there another browser is another address.
    """
    templates = {_PAGE: world.invite_link} if world.invite_link else {}
    templates |= world.links.invitations
    return [
        locales.text(
            language,
            "channel.link",
            channel=channel_name(language, channel),
            link=template.format(code=code),
        )
        for channel, template in templates.items()
        if channel != here or channel == _PAGE
    ]
