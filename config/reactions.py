"""What happened → who reacts. The one table of every effect across rooms."""

from zhian.chain.events.handlers import (
    hand_over_master_data,
    store_accepted_document,
    tell_subscribers,
)
from zhian.chain.events.vocabulary.happenings import (
    DocumentAccepted,
    EventsCaptured,
    MasterDataSeen,
)
from zhian.chain.tracing.handlers import add_to_index
from zhian.fieldwork.sampling.handlers import settle_disagreement, stop_declared_lots
from zhian.fieldwork.sampling.vocabulary import (
    LaboratoryDisagreed,
    ReportSigned,
    SampleFailed,
)
from zhian.kernel.outbox import Reactions
from zhian.oversight.accountability.handlers import trace_alert, trace_recall
from zhian.registry.permits.handlers import judge_standing
from zhian.registry.subjects.vocabulary import SitesChanged
from zhian.response.alerts.handlers import open_alert
from zhian.response.alerts.vocabulary import AlertOpened
from zhian.response.cases.handlers import add_scope, open_case, open_reappearance_case
from zhian.response.recalls.handlers import (
    follow_recalled_lots,
    follow_started_recall,
    propose_recall,
    watch_recalled_lots,
)
from zhian.response.recalls.vocabulary import (
    RecalledGoodsReappeared,
    RecallExtended,
    RecallProposed,
    RecallStarted,
)

REACTIONS: Reactions = {
    SitesChanged: (judge_standing,),
    DocumentAccepted: (store_accepted_document,),
    MasterDataSeen: (hand_over_master_data,),
    EventsCaptured: (watch_recalled_lots, follow_recalled_lots, tell_subscribers, add_to_index),
    SampleFailed: (open_alert,),
    LaboratoryDisagreed: (settle_disagreement,),
    ReportSigned: (stop_declared_lots,),
    AlertOpened: (propose_recall, open_case, trace_alert),
    RecallProposed: (add_scope,),
    RecallStarted: (trace_recall, follow_started_recall),
    RecallExtended: (trace_recall,),
    RecalledGoodsReappeared: (open_reappearance_case,),
}
