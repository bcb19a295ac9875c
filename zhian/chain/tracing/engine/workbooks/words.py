"""What the request forms call things, in English and Chinese; read back in both."""

from zhian.chain.tracing.engine.exports.tables import Words

COMPANY: Words = ("Inquired Company:", "被查询经营者：")
REFERENCE: Words = ("Reference", "编号")
SUPPLIER: Words = ("Supplier", "供货者")
RECIPIENT: Words = ("Recipient", "收货者")
PRODUCT: Words = ("Product", "产品")
INGREDIENT: Words = ("Ingredient", "原料")
LOT_INFORMATION: Words = ("Lot Information", "批次信息")
DELIVERY: Words = ("Delivery", "交货")
COMMENTS: Words = ("Comments", "备注")
NAME: Words = ("Name", "名称")
EAN: Words = ("EAN", "商品条码")
LOT: Words = ("Lot Number", "批号")
BEST_BEFORE: Words = ("Best Before Date or Use-by Date", "保质期至")
DATE: Words = ("Delivery Date", "交货日期")
DAY: Words = ("Day", "日")
MONTH: Words = ("Month", "月")
YEAR: Words = ("Year", "年")
AMOUNT: Words = ("Amount (e.g. 45 kg)", "数量（如 45 kg）")
ADDRESS: Words = ("Address (street, town, postal code)", "地址（街道、城镇、邮编）")
COUNTRY: Words = ("Country", "国家／地区")
BUSINESS: Words = ("Type of Business", "经营类型")
INSTRUCTIONS: Words = ("Information to complete the sheet:", "填写说明：")

# longer Chinese words first: 批次信息 before 批号 does not matter, 交货日期 before 交货 does
_CHINESE = sorted(
    (
        (words[1].split("（")[0].rstrip("："), words[0].split(" (")[0].rstrip(":"))
        for words in (
            COMPANY, REFERENCE, SUPPLIER, RECIPIENT, PRODUCT, INGREDIENT, LOT_INFORMATION, DELIVERY,
            COMMENTS, NAME, EAN, LOT, BEST_BEFORE, DATE, DAY, MONTH, YEAR, AMOUNT, ADDRESS, COUNTRY,
            BUSINESS, INSTRUCTIONS,
        )
    ),
    key=lambda pair: -len(pair[0]),
)  # fmt: skip


def heading(text: str) -> str:
    """A heading in lower-case English, whichever of the two languages it stands in."""
    for chinese, english in _CHINESE:
        if text == chinese or text.startswith((f"{chinese}（", f"{chinese} （", f"{chinese}：")):
            return english.casefold()
    return text.casefold()
