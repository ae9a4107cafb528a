import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { StoredLog } from '../../port/log-store.ts'
import type { ExplainCase } from './case.ts'
import type { ExplainConfig } from './config.ts'
import type { ExplainDeps } from './index.ts'

const beforeMsMax = 120_000
const afterMsMax = 60_000

/** Error records per second of the first entities before and after, and a message that only came after. */
export async function gatherLogs(
  deps: ExplainDeps,
  config: ExplainConfig,
  tenant: TenantId,
  entities: readonly EntityId[],
  beganMs: number,
  endMs: number,
): Promise<ExplainCase['logs']> {
  const counts: NonNullable<ExplainCase['logs']>[number][] = []
  const services = entities
    .filter((entity) => entityKind(entity) === 'service')
    .slice(0, config.log_entities_max)
  for (const entity of services) {
    const read = async (
      startMs: number,
      end: number,
    ): Promise<{ perSecond: number; messages: Set<string> }> => {
      const { records, truncated } = await deps.logStore.search({
        tenant,
        labels: { 'service.name': entityName(entity) },
        contains: '',
        traceId: '',
        startMs,
        endMs: end,
        limit: config.log_records_max,
      })
      const errors = records.filter(isError)
      const from = truncated ? Math.min(...records.map((record) => record.timeMs)) : startMs
      return {
        perSecond: errors.length / Math.max(1, (end - from) / 1_000),
        messages: new Set(errors.map((record) => shapeOf(record.message))),
      }
    }
    const before = await read(beganMs - beforeMsMax, beganMs - 1)
    const after = await read(beganMs, Math.min(endMs, beganMs + afterMsMax))
    const newMessage = [...after.messages].find((message) => !before.messages.has(message))
    counts.push({ entity, perSecondBefore: before.perSecond, perSecondAfter: after.perSecond, newMessage })
  }
  return counts
}

const isError = (record: StoredLog): boolean => record.severity === 'ERROR' || record.severity === 'FATAL'

/** Numbers out, so that the same message about another request is the same. */
const shapeOf = (message: string): string => message.replace(/\d+/g, '#').slice(0, 200)
