import { isUtf8 } from 'node:buffer'
import type { Matcher } from '@aiops/contract/model/label'
import type { Silence } from '@aiops/contract/model/silence'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { valueTest } from '../../kernel/matcher.ts'
import type { SilenceDraft } from '../../pipeline/correlate/index.ts'

const PostableSilence = z.object({
  id: z.string().max(64).nullish(),
  matchers: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean().nullish(),
      }),
    )
    .min(1)
    .max(64),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: z.string().max(256),
  comment: z.string().max(4_096),
  annotations: z.record(z.string().max(256), z.string().max(4_096)).nullish(),
})

const opOf = (isRegex: boolean, isEqual: boolean): Matcher['op'] =>
  isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='

/** Throws INVALID_REQUEST with the first thing that is wrong. */
export function draftOf(body: Buffer, actor: string): SilenceDraft {
  const parsed = PostableSilence.safeParse(jsonOf(body))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Fault('INVALID_REQUEST', `silence.${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { id, matchers, startsAt, endsAt, createdBy, comment, annotations } = parsed.data
  return {
    ...(id ? { id } : {}),
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({
      ...{ name, value },
      op: opOf(isRegex, isEqual ?? true),
    })),
    startMs: Date.parse(startsAt),
    endMs: Date.parse(endsAt),
    createdBy: createdBy || actor,
    comment,
    annotations: annotations ?? {},
  }
}

export const gettable = (silence: Silence) => ({
  id: silence.id,
  status: { state: silence.state.toLowerCase() },
  matchers: silence.matchers.map(({ name, op, value }) => ({
    ...{ name, value },
    isRegex: op === '=~' || op === '!~',
    isEqual: op === '=' || op === '=~',
  })),
  startsAt: silence.starts_at,
  endsAt: silence.ends_at,
  updatedAt: silence.updated_at,
  createdBy: silence.created_by,
  comment: silence.comment,
  annotations: silence.annotations,
})

/** A filter looks at a silence's matchers as if they were labels: `alertname=A` finds those with a matcher on alertname of value A. */
export function fitsFilter({ matchers }: Silence, filter: readonly Matcher[]): boolean {
  const values = new Map(matchers.map(({ name, value }) => [name, value]))
  return filter.every((one) => {
    const value = values.get(one.name)
    const positive = one.op === '=' || one.op === '=~'
    return positive && value === undefined ? false : valueTest(one)(value ?? '')
  })
}

function jsonOf(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Fault('INVALID_REQUEST', 'The body is not UTF-8.')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new Fault('INVALID_REQUEST', 'The body is not JSON.', { cause: error })
  }
}
