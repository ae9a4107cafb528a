import type { Event } from '@aiops/contract/event'
import type { Decision } from '@aiops/contract/model/decision'
import type { Deployment } from '@aiops/contract/model/deployment'
import type { Tone } from '../ui/badge.tsx'
import { sentenceCase } from '../ui/words.ts'
import { actionWord, stateLook } from './decision-word.ts'

export type FeedKind = 'DECISION' | 'DEPLOYMENT' | 'ANOMALY' | 'INCIDENT'

export type FeedItem = {
  /** Of what happened: the same news of the same thing is one line. */
  key: string
  kind: FeedKind
  at: string
  word: string
  tone: Tone
  subject: string
  text: string
  link: FeedLink | undefined
}
export type FeedLink = { decision: string } | { path: string }

/** Lines that are kept. */
export const feedMax = 200

/** Series by which spend is watched, ours and those of others. */
const costSeries = /^(swen_|aiops_cost|cost[._:])/

/** News of cost and placement; undefined for all else. Its words come from telemetry too and are shown as text alone. */
export function feedItemOf(event: Event): FeedItem | undefined {
  switch (event.event_type) {
    case 'DECISION_MADE':
      return decisionItem(event.payload)
    case 'DEPLOYMENT_UPDATED':
      return deploymentItem(event.payload)
    case 'ANOMALY_DETECTED':
    case 'ANOMALY_ENDED': {
      const { id, series, sentence, state, incident_id, detected_at, ended_at } = event.payload
      if (!costSeries.test(series.name)) return undefined
      return {
        ...{ key: `anomaly ${id} ${state}`, kind: 'ANOMALY', at: ended_at ?? detected_at, text: sentence },
        ...{ word: state === 'ENDED' ? 'Ended' : 'Anomaly', tone: state === 'ENDED' ? 'ok' : 'medium' },
        subject: series.labels.service ?? series.name,
        link: incident_id === null ? undefined : { path: `/incidents/${encodeURIComponent(incident_id)}` },
      }
    }
    case 'INCIDENT_CREATED': {
      const { number, title, severity, created_at, id } = event.payload
      if (!/\b(cost|spend|price|budget|provider)\b|swen_/i.test(title)) return undefined
      return {
        ...{ key: `incident ${id}`, kind: 'INCIDENT', at: created_at, subject: `INC-${number}`, text: title },
        ...{ word: sentenceCase(severity), tone: severity === 'CRITICAL' ? 'critical' : 'high' },
        link: { path: `/incidents/${number}` },
      }
    }
    default:
      return undefined
  }
}

export function deploymentItem(deployment: Deployment): FeedItem {
  const { id, service, title, state, updated_at, emergency } = deployment
  return {
    ...{
      key: `deployment ${id} ${state}`,
      kind: 'DEPLOYMENT',
      at: updated_at,
      subject: service,
      text: title,
    },
    word: emergency ? `Emergency, ${sentenceCase(state).toLowerCase()}` : sentenceCase(state),
    tone:
      state === 'KEPT'
        ? 'ok'
        : ['FAILED', 'DENIED', 'REVERTED', 'REVERTING'].includes(state)
          ? 'high'
          : 'low',
    link: { path: `/deployments/${encodeURIComponent(id)}` },
  }
}

export function decisionItem(decision: Decision): FeedItem {
  const { id, service, at, action, state, explanation, emergency } = decision
  const look = stateLook[state]
  return {
    ...{ key: `decision ${id} ${state}`, kind: 'DECISION', at, subject: service, text: explanation },
    word: emergency
      ? 'Emergency'
      : action === 'STAY'
        ? 'Stay'
        : `${actionWord[action]}, ${look.word.toLowerCase()}`,
    tone: emergency ? 'critical' : look.tone,
    link: { decision: id },
  }
}

/** Newest first, each line once, at most `feedMax`. */
export function mergeFeed(old: readonly FeedItem[], more: readonly FeedItem[]): FeedItem[] {
  const byKey = new Map(old.map((item) => [item.key, item]))
  for (const item of more) byKey.set(item.key, item)
  return [...byKey.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, feedMax)
}
