"""The closed tables of words that a plan may use; each word has exactly one implementation, found by the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Word:
    """A word, the table it stands in, and what it means."""

    name: str
    table: str
    meaning: str


def _table(name: str, meanings: str) -> Mapping[str, Word]:
    pairs = (line.strip().partition(": ") for line in meanings.strip().splitlines())
    return MappingProxyType({word: Word(word, name, meaning) for word, _, meaning in pairs})


GUARDS = _table(
    "guard",
    """
    has-document: the document that the step needs is attached
    reason-given: a reason is written down
    other-person: whoever acts is not the one who prepared the step
    approver-signed: an approver of the unit has signed
    head-signed: the head of the unit has signed
    within-limit: the limit of the step, or the last day that was set, has not run out
    clock-running: the clock of the case runs
    clock-paused: the clock of the case is paused
    item-in-force: the power or item is listed and in force on that day
    within-benchmark: the decision lies within its discretion benchmark
    within-fee-standard: what is charged stands in the catalogue of fees
    materials-complete: every required material was handed in
    identity-confirmed: the identity of the applicant was checked
    receipt-confirmed: both sides confirmed the receipt
    fee-paid: the fee was paid
    third-party-answered: the third party answered or its time ran out
    window-closed: the window for comments has ended
    adoption-report-published: the report on the adoption of opinions is published
    hearing-held: the hearing was held and its record is attached
    experts-heard: the opinion of experts is attached
    risk-assessed: the assessment of risks is attached
    legality-reviewed: the review of legality is attached
    fair-competition-reviewed: the review of fair competition is attached
    integrity-reviewed: the assessment of integrity is attached
    secrecy-reviewed: a secrecy reviewer has let it pass
    collectively-decided: the record of the collective discussion is attached
    committee-signed: the supervision committee of the village has signed
    interpretation-ready: the interpretation is ready to be published with it
    evidence-attached: evidence of what was done is attached
    extension-form-filled: the form for an extension is filled in
    consultation-recorded: the record of the public consultation is attached
    in-charge: the matter is one for which this unit is in charge
    earlier-remedy-used: the remedy that must come first was used
    limit-over: the limit of the step, or the last day that was set, has run out
    window-open: the window for comments, objections, registration or votes is open
    display-over: the shortest period of display has run out
    told-in-time: those invited were told as long before as the law wants
    respondent-answered: the other side answered with its evidence, or its time ran out
    no-interest: nobody who judges has an interest in the matter
    every-opinion-answered: every opinion, alone or in its group, has an answer with a reason
    waiver-grounded: the rules name the ground on which the step is left out
    steps-complete: every step that the procedure demands was taken, or left out with ground and signer
    reported-upwards: the report to the Party committee of the same level and its answer are attached
    quorum-present: as many took part as the rules demand
    method-published: method, sample and score sheet were published before
    drawn-by-lot: those concerned were drawn by lot and the seed of the draw is kept
    scores-complete: every score stands on a sheet beside its evidence
    attendance-recorded: who attended, with post, is written down
    handler-named: a responsible leader and a handler are named
    deadline-set: the last day is named
    cause-recorded: the cause is written down
    rule-changed: the new or changed rule is attached
    penalty-removable: the penalty is of a kind that may leave the site before its term ends
    obligations-met: the party did its duty, removed the harm, repeated nothing and stands on no list of breaches
    """,
)

EFFECTS = _table(
    "effect",
    """
    start-clock: starts the clock of the case
    pause-clock: pauses the clock, with its cause
    resume-clock: lets the clock run on
    restart-clock: lets the clock begin anew
    extend-clock: adds an extension to the clock
    stop-clock: stops the clock for good
    publish-record: publishes the record that the procedure leads to
    withdraw-record: withdraws the record that the procedure led to
    send-letter: sends the letter of the move
    notify-party: tells the party of the case
    notify-unit: tells the unit in charge
    assign-unit: hands the case to another unit
    open-window: opens the window for comments
    close-window: closes the window for comments
    open-case: opens a case of another procedure
    order-supervision: asks for an order of supervision
    record-outcome: writes down the outcome for the statistics
    ask-rating: asks the party how satisfied it is
    archive: closes the file of the case
    seal: takes the case out of every sight but that of named people
    set-deadline: sets the last day that the move names
    hold-matter: holds the proceedings that the case is about until it is answered
    release-matter: lets the proceedings that were held go on
    group-alike: puts those that say the same into one group and keeps every author
    hide-opinion: hides an opinion from the public, with a public reason
    notify-authors: tells every author of an opinion what became of it
    notify-supervisor: tells the unit that supervises
    correct-record: corrects the record that the case is about, with its reason
    take-down: takes the record that the case is about out of public sight, with its reason
    restore-record: puts the record that was taken down back where it was
    enter-into-force: puts the new version of an item or rule in force on its day
    record-waiver: writes down which step was left out, on what ground and who signed
    record-score: writes a score into the score sheet of the unit
    draw-lots: draws those concerned by lot and keeps the seed
    post-notice: posts on board, screen and page, and asks for proof
    """,
)

LETTERS = _table(
    "letter",
    """
    receipt: confirms that something was received
    acceptance: tells that an application was accepted
    correction-request: asks once for what is missing
    reasons-request: asks for the reasons of unusually many applications
    extension-notice: tells that the limit was extended, and why
    third-party-inquiry: asks a third party whether it agrees
    joint-inquiry: asks an organ that made the information too
    fee-notice: tells what is to be paid, by when
    reply: answers an application
    refusal: refuses an application, with ground and remedies
    transfer-notice: tells which organ is in charge
    decision: states a decision, with ground and remedies
    delivery: hands over a certificate or a result
    objection-reply: answers an objection
    hearing-notice: invites to a hearing
    adoption-letter: tells an author what became of an opinion
    supervision-order: orders a unit to act
    correction-order: orders a unit to correct
    criticism-notice: circulates a notice of criticism
    appeal-reply: answers an appeal
    issue-form: lists the issues of a programme with who answers for them
    extension-form: registers an issue that is handled later
    penalty-notice: announces a penalty and the right to be heard
    rating-request: asks for a rating
    invitation: invites to a meeting, a programme or an appraisal
    place-notice: tells whether someone takes part in a hearing, and if not why
    hold-notice: tells that proceedings are held, and until when
    respondent-notice: sends an application to the other side and asks for its answer
    defence: answers a court
    closing-notice: tells that a case ends without a decision, and why
    withdrawal-notice: tells that a published record was taken down, and why
    placement-order: hands a text to a paper or a programme and asks for proof of publication
    score-notice: tells a score, how it came about and how to object
    inspection-notice: announces an inspection, or is shown when it begins
    findings: hands over what was found, with the time for mending it
    summons: calls the head of a unit to explain
    discipline-proposal: proposes a disciplinary measure to the organ in charge
    """,
)

MASKS = _table(
    "mask",
    """
    full: nothing is left
    surname: the surname is left, 张某
    none: the name is shown
    id_number: province and last two characters are left
    phone: the first three and the last four digits are left
    bank_card: the last four digits are left
    address: county and town are left
    """,
)

CARDS = _table(
    "card",
    """
    ratio: a share with its bound
    trend: a share over time
    count: a number of things
    coverage: units that have it among units that should
    clock: how much was in time
    """,
)

CHARTS = _table(
    "chart",
    """
    line: values over time
    bar: values side by side
    stacked: parts of a sum, side by side
    share: parts of one whole
    calendar: days with and without a value
    """,
)

GUARD_RULES = _table(
    "rule of the guard",
    """
    id-number: an identity number of 18 characters with a right check character (GB 11643)
    old-id-number: an identity number of the old form, 15 digits
    bank-card: the number of a bank card
    mobile: a mobile number
    landline: the number of a fixed telephone outside the fields for offices
    passport: the number of a passport
    e-mail: an e-mail address that is not of a government office
    plate: the plate of a vehicle
    address: the address of a household, down to house and room
    name: a natural person's unmasked name in a list
    minor: a minor who can be recognised: a name with an age or birth date below 18, or with a school class
    health: a person's health: a diagnosis, an illness or a disability beside a name
    secret: a marking of secrecy, such as 秘密★10年
    internal: a marking that says that a text is not for the public, such as 内部资料
    forbidden: a word of the plan's lists that must not be used
    mistaken: a form that is commonly mistaken, by the plan's lists
    post: a leader's name beside a post that is not this leader's, by the plan's lists
    placeholder: a place that is still to be filled in, such as 待补充 or XX年X月
    encoding: characters that a wrong encoding has damaged
    hidden-content: a part of a file that readers do not see at once, such as a hidden row or a comment
    hidden-layer: a layer of text behind a picture, as text recognition makes it
    metadata: what a file says about its author and its making
    unread: a file, or a part of it, that could not be read and so was not judged
    """,
)

LAYOUTS = _table(
    "layout",
    """
    rows: one row a record, as in a plain list
    prices: what costs how much, in groups
    calendar: a month a block, a day a field, days without a value marked
    regions: one row a unit, with its latest values and the units that have none
    tree: groups within groups, each with its count
    """,
)

AGREEMENTS = _table(
    "agreement",
    """
    adds-up: the column of a table adds up to a field
    branches-add-up: rows of a table that stand under a row add up to it
    counts: a table has as many rows as a field says
    balance: what is added less what is taken away gives a field
    not-above: a figure is not above another
    not-before: a day is not before another
    reaches: a table goes down to a level
    one-of: at least one of several fields is filled in
    """,
)

CYCLES = _table(
    "cycle",
    """
    event: whenever something happens
    day: every day
    month: every month
    quarter: every quarter
    half-year: every half year
    year: every year
    standing: stays as it is until it changes
    """,
)

EVIDENCE = _table(
    "evidence",
    """
    published: a record of one of the kinds is published in the period
    complete: a live record of each of the kinds exists
    updated: the live record was changed in the period
    attested: a person attests an act outside the system, with proof
    displayed: a posting is shown, with photograph and dates
    case-closed: a case of the procedure reached a final state
    """,
)

MEMBERSHIPS = _table(
    "membership",
    """
    village: people registered in the village or community of the record
    range: people on the roster of the expropriation to which the record belongs
    applicants: people who applied in the process to which the record belongs
    employees: people employed by the enterprise or institution of the record
    """,
)

ROLES = _table(
    "role",
    """
    editor: writes records
    reviewer: reviews records
    legal_reviewer: reviews legality
    secrecy_reviewer: reviews secrecy
    approver: approves and publishes
    unit_administrator: manages the people of a unit
    operator: takes calls and dispatches
    supervisor: supervises other units
    assessor: scores units
    system_administrator: runs the system
    applicant: whoever opened the case
    party: whoever is a party of the case
    respondent: whoever acts for the unit against which the case is brought
    receiver: whoever acts for the unit to which the case is handed
    evaluator: whoever was invited to judge: deputies, CPPCC members, inspectors, third parties, citizens
    village_committee: the supervision committee of the village
    anyone: any reader
    clock: the passing of time
    rule: a rule of the plan, at the moment when what it waits for happens
    """,
)

PAGES = _table(
    "page",
    """
    home: the home page
    plan: the annotated plan
    catalogue: the catalogue of information
    units: the directory of units
    find: the search
    verify: how to verify the ledger
    about: about the site
    accessibility: the statement on accessibility
    sitemap: the site map
    standard: the standard catalogue
    statistics: what the site holds
    """,
)

_FIELDS_26 = (
    "重大建设项目 公共资源交易 财政预决算 安全生产 税收管理 征地补偿 国有土地上房屋征收与补偿 保障性住房 "
    "农村危房改造 生态环境 公共文化服务 公共法律服务 扶贫 救灾 食品药品监管 城市综合执法 就业 社会保险 "
    "社会救助 养老服务 户籍管理 涉农补贴 义务教育 医疗卫生 市政服务 城乡规划"
)
_ARTICLE_20 = (
    "规章和规范性文件",
    "机关职能、机构设置和负责人",
    "规划和相关政策",
    "统计信息",
    "行政许可和对外管理服务",
    "行政处罚和行政强制",
    "财政预算和决算",
    "行政事业性收费",
    "政府集中采购",
    "重大建设项目",
    "扶贫、教育、医疗、社会保障和就业",
    "突发公共事件应急",
    "环境、卫生、安全和产品质量监督",
    "公务员招考录用",
    "法律法规规定的其他信息",
)
ARTICLE_20: Mapping[int, str] = MappingProxyType(dict(enumerate(_ARTICLE_20, start=1)))
"""The clauses of art. 20 of the Regulation on open government information (2019), in a few words each."""
_ARTICLE_21 = (
    "市政建设 公共服务 公益事业 土地征收 房屋征收 治安管理 社会救助 "
    "农业农村政策 农田水利 土地承包经营权流转 宅基地审核 筹资筹劳"
)
_CHANNELS = (
    "政府网站 政府公报 两微一端 发布会/听证会 广播电视 纸质媒体 公开查阅点 政务服务中心 便民服务站 入户/现场 "
    "社区/企事业单位/村公示栏（电子屏） 精准推送 投资项目在线审批监管平台 公共资源交易平台 招标投标公共服务平台 "
    "信用中国 12345热线 其他"
)
_COLUMN_TYPES = (
    "概况信息 机构职能 负责人信息 政策文件 政策解读 工作动态 信息公开指南 信息公开目录 依申请公开 "
    "回应关切 互动交流 办事服务"
)

FIELDS_26 = _table("field of the 26", "\n".join(f"{name}: 国办发〔2019〕54号" for name in _FIELDS_26.split()))
ARTICLE_21 = _table(
    "matter of article 21", "\n".join(f"{name}: 政府信息公开条例第二十一条" for name in _ARTICLE_21.split())
)
CHANNELS = _table("channel", "\n".join(f"{name}: 国办发〔2019〕54号" for name in _CHANNELS.split()))
COLUMN_TYPES = _table("column type", "\n".join(f"{name}: ColumnType" for name in _COLUMN_TYPES.split()))

TABLES: Mapping[str, Mapping[str, Word]] = MappingProxyType(
    {
        "guard": GUARDS,
        "effect": EFFECTS,
        "letter": LETTERS,
        "mask": MASKS,
        "card": CARDS,
        "chart": CHARTS,
        "rule of the guard": GUARD_RULES,
        "layout": LAYOUTS,
        "agreement": AGREEMENTS,
        "cycle": CYCLES,
        "evidence": EVIDENCE,
        "membership": MEMBERSHIPS,
        "role": ROLES,
        "page": PAGES,
        "field of the 26": FIELDS_26,
        "matter of article 21": ARTICLE_21,
        "channel": CHANNELS,
        "column type": COLUMN_TYPES,
    }
)

# Sections that the language takes and no engine carries out yet; the check says so.
WITHOUT_ENGINE: Mapping[str, str] = MappingProxyType(
    {
        "procedures": "no engine runs procedures yet: they are checked and stored, but no case can be opened",
        "duties": "no engine judges duties yet: they are checked and stored, but nothing is counted as met or late",
        "targets": "no engine computes targets yet: they are checked and stored, but no figure is shown",
    }
)
