"""How the fake refuses: HTTP 200 and a number, as Zalo does."""

from typing import Any

Json = dict[str, Any]

WORDS = {
    -32: "Rate limit exceeded",
    -100: "Attachment is expired",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -111: "Template data is empty",
    -112: "Template data has a parameter of an undefined type",
    -115: "Out of quota",
    -118: "Zalo account does not exist",
    -124: "Access token is invalid",
    -127: "Template in development mode can only be sent to an admin",
    -131: "Template is not approved",
    -132: "Parameter is invalid",
    -133: "This template cannot be sent at night",
    -141: "User refused to receive messages from this OA",
    -144: "OA exceeded its daily quota",
    -146: "Template is disabled because of low quality",
    -200: "Send message failed",
    -201: "Params is invalid",
    -204: "Official Account is disabled",
    -205: "Official Account does not exist",
    -209: "This API is not supported because the application is not activated",
    -210: "Parameter exceeds the allowed limit",
    -211: "Out of quota",
    -212: "Official Account has not registered this API",
    -213: "User has not followed this Official Account",
    -216: "Access token is invalid",
    -217: "User blocked invitations from this Official Account",
    -218: "Recipient is out of quota",
    -219: "Application was removed or disabled",
    -220: "Access token has expired",
    -221: "Official Account has not been verified",
    -223: "Official Account has not authorised this application",
    -224: "Official Account has not bought the package for this API",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the interaction has expired",
    -233: "Message type is not supported",
    -234: "This message type cannot be sent at night",
    -237: "Group is disabled",
    -240: "API has been shut down",
    -242: "appsecret_proof is invalid",
    -244: "User refused to receive this type of message",
    -248: "Message violates the policy",
    -249: "Template cannot be sent by user id",
    -311: "Out of replies to this user",
    -320: "Application needs to be linked with a Zalo Business Account",
    -321: "Zalo Business Account cannot pay",
    -1121: "Parameter of template data exceeds its length",
    -1122: "Template data lacks a parameter",
    -1124: "Parameter of template data has an invalid format",
}


class Refusal(Exception):
    """Say no to a request as Zalo would."""

    def __init__(self, code: int, about: str = "") -> None:
        words = WORDS.get(code, "Request failed")
        self.code, self.message = code, f"{words}: {about}" if about else words
        super().__init__(f"{code} {self.message}")

    def body(self) -> Json:
        """Return the answer that tells an app of it."""
        return {"error": self.code, "message": self.message}
