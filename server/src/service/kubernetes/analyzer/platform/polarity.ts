import type { Condition } from '../../object/meta.ts'

/**
 * Conditions of which True is as it should be. Kubernetes fixes no polarity (API conventions, "Typical status properties"): the name has
 * to tell. https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md
 */
const good =
  /(?:^|[a-z])(Ready|Healthy|Available|Accepted|Programmed|Established|Succeeded|Reconciled|Valid|Active|Alive|Online|Up|OK|Ok|Initialized|Registered|Running|Installed|Enabled|Joined|Synced|Voter|Connected|Reachable|Passed)$|^(ResolvedRefs|Ready|Healthy|Available|OK)/
const bad =
  /Not(?:Ready|Healthy|Available|Running|Reachable)|Un(?:available|healthy|reachable|ready|known|registered|responsive)|Deadlock|Problem|Pressure|Corrupt|Read-?[Oo]nly|Error|Fail|Fault|Degraded|Frequent|Overload|Overheat|Throttl|Stall|Stuck|Hang|Hung|Leak|Exhaust|Lost|Missing|Down$|Expired|Full$|Broken|Bad[A-Z]|Dead$|Outage|Violat|Exceeded|Xid|XID|OutOf|Insufficient|Invalid|Conflict|Loop|Overlapping|Detached|(?:Reboot|Redeploy|Terminate|Preempt|Freeze)Scheduled|Panic|Crash|Oops|Unsupported/

/** What True means by the name of a condition, or else by the reason given with it; undefined where neither tells. */
export function trueMeans({ type, reason, status }: Condition): 'GOOD' | 'BAD' | undefined {
  if (bad.test(type)) return 'BAD'
  if (good.test(type)) return 'GOOD'
  if (status === 'True' && bad.test(reason) && !/^(?:No|Has?No|Not?)[A-Z]/.test(reason)) return 'BAD'
  return undefined
}

/** Whether a condition says that something is wrong. One whose name does not tell what is good says nothing. */
export function isFault(condition: Condition): boolean {
  const means = trueMeans(condition)
  return (
    (means === 'BAD' && condition.status === 'True') || (means === 'GOOD' && condition.status === 'False')
  )
}
