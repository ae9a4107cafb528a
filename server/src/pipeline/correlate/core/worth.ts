import type { Group, Member } from './group.ts'
import { isMachine, isStrong, rankOf } from './signal.ts'

export type WorthSettings = {
  pairMs: number
  persistMs: number
  alertPersistMs: number
  confidenceMin: number
}

const high = rankOf('HIGH')
const medium = rankOf('MEDIUM')

/**
 * Why a group is worth an incident, or undefined while it is not: an alert of HIGH or worse, a sure HIGH anomaly, two different alerts
 * of MEDIUM, two signals of different families that began together, one of them strong, or a MEDIUM anomaly or alert that lasts: most
 * lone alerts of MEDIUM come and go without anything being wrong. A machine's own load needs two sure HIGH anomalies that last.
 * That several metrics together are unusual is no reason.
 */
export function worth(group: Group, settings: WorthSettings, nowMs: number): string | undefined {
  const members = [...group.members.values()].filter((member) => member.counts && !member.joint)
  for (const member of members) {
    if (member.kind === 'ALERT' && rankOf(member.severity) <= high) return `Alert ${member.sentence}`
    if (isSure(member, settings) && !isMachine(member.entity)) return member.sentence
  }
  return alertsOf(members) ?? pairOf(members, settings) ?? lasting(members, settings, nowMs)
}

const isSure = (member: Member, settings: WorthSettings): boolean =>
  member.kind === 'ANOMALY' && rankOf(member.severity) <= high && member.confidence >= settings.confidenceMin

function alertsOf(members: readonly Member[]): string | undefined {
  const alerts = members.filter((member) => member.kind === 'ALERT' && rankOf(member.severity) <= medium)
  const [first] = alerts
  const second = alerts.find((member) => member.key !== first?.key)
  return first && second && `Alerts ${first.sentence} and ${second.sentence}`
}

function pairOf(members: readonly Member[], settings: WorthSettings): string | undefined {
  const sorted = members.filter((member) => !isMachine(member.entity)).sort((a, b) => a.startMs - b.startMs)
  for (let i = 0; i < sorted.length; i += 1) {
    const first = sorted[i] as Member
    for (let j = i + 1; j < sorted.length; j += 1) {
      const second = sorted[j] as Member
      if (second.startMs - first.startMs > settings.pairMs) break
      if (first.family !== second.family && (isStrong(first) || isStrong(second)))
        return `${first.sentence} ${second.sentence}`
    }
  }
  return undefined
}

function lasting(members: readonly Member[], settings: WorthSettings, nowMs: number): string | undefined {
  const lasts = members.filter(
    (member) =>
      member.endMs === null &&
      nowMs - member.startMs > (member.kind === 'ALERT' ? settings.alertPersistMs : settings.persistMs),
  )
  const single = lasts.find((member) => isStrong(member))
  if (single) return `It lasts: ${single.sentence}`
  const machine = lasts.filter((member) => isSure(member, settings))
  return machine.length > 1 && new Set(machine.map((member) => member.key)).size > 1
    ? `It lasts: ${machine[0]?.sentence}`
    : undefined
}
