import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import type { PromqlEngine } from '../promql/index.ts'
import type { RulesConfig } from './config.ts'
import { GroupLoop } from './group-loop.ts'
import type { Rules, RulesDeps } from './index.ts'
import { restoreAlerts } from './restore.ts'
import { ruleQuery } from './rule.ts'
import type { GroupSpec } from './rule-document.ts'
import { RuleGroup } from './rule-group.ts'
import { RuleLibrary } from './rule-library.ts'
import { RuleMeter } from './rule-meter.ts'

/** A group that is evaluated. `identity` is all that it was made from. */
type Running = { tenant: string; group: RuleGroup; loop: GroupLoop; identity: string }

/** Keeps the groups as their files are, and a loop for each. */
export function createRules(deps: RulesDeps, config: RulesConfig): Rules {
  const { clock, log } = deps
  const library = new RuleLibrary(deps.documents, deps.language, config.groups_max)
  const meter = new RuleMeter(deps.metrics)
  const gate = new Semaphore(config.evaluations_at_once_max)
  const running = new Map<string, Running>()
  const ending = new Map<string, () => void>()
  const stopped = new AbortController()
  let first = true
  let cancel: (() => void) | undefined
  let reloading: Promise<void> | undefined

  const evaluate = async (one: Running, timeMs: number): Promise<void> => {
    const { tenant, group } = one
    try {
      await gate.run(() => group.evaluate(timeMs))
      for (const rule of group.alerting)
        if (!rule.restored)
          await restoreAlerts(rule, deps.source(tenant), timeMs, {
            outageToleranceMs: durationMs(config.for_outage_tolerance),
            gracePeriodMs: durationMs(config.for_grace_period),
          })
      meter.group(one.tenant, group.state())
    } catch (error) {
      const fields = { tenant_id: tenant, file: group.options.file, group: group.spec.name }
      log.error({ ...fields, reason: messageOf(error) }, 'a group of rules could not be evaluated')
    }
  }

  const groupOf = (tenant: string, file: string, spec: GroupSpec): RuleGroup =>
    new RuleGroup(
      spec,
      {
        query: queryOf(deps.promql, deps, tenant, durationMs(config.query_timeout), stopped.signal),
        record: (samples) => deps.record(tenant, samples),
        alert: (alerts) => deps.alert(tenant, alerts),
        monotonic: () => clock.monotonic(),
        externalLabels: config.external_labels,
        externalUrl: deps.publicUrl,
        evaluated: (rule, error) => {
          meter.rule(tenant, error)
          if (error !== undefined && !stopped.signal.aborted)
            log.warn(
              { tenant_id: tenant, file, rule, reason: messageOf(error) },
              'a rule could not be evaluated',
            )
        },
      },
      {
        file,
        intervalMs: spec.intervalMs ?? durationMs(config.evaluation_interval),
        queryOffsetMs: spec.queryOffsetMs ?? durationMs(config.query_offset),
        resendMs: durationMs(config.resend_delay),
        restored: !first,
      },
    )

  const begin = (key: string, tenant: string, group: RuleGroup, identity: string): void => {
    ending.get(key)?.()
    ending.delete(key)
    const one: Running = {
      ...{ tenant, group, identity },
      loop: new GroupLoop(key, group.options.intervalMs, {
        clock,
        evaluate: (timeMs) => evaluate(one, timeMs),
        missed: (count) => meter.missed(tenant, count),
      }),
    }
    running.set(key, one)
    one.loop.start()
  }

  /** Series of a group that is gone end when its next samples would have been missed: its file may only have been moved. */
  const end = (key: string, { group }: Running): void => {
    ending.set(
      key,
      clock.after(2 * group.options.intervalMs, () => {
        ending.delete(key)
        group.end(clock.now()).catch((error: unknown) => {
          log.warn({ reason: messageOf(error) }, 'series of rules that are gone could not be ended')
        })
      }),
    )
  }

  async function reload(): Promise<void> {
    if (!(await library.reload())) return
    const wanted = library.groups()
    for (const [key, one] of running)
      if (!wanted.has(key)) {
        running.delete(key)
        await one.loop.stop()
        end(key, one)
      }
    for (const [key, { tenant, file, spec, identity }] of wanted) {
      const before = running.get(key)
      if (before?.identity === identity) continue
      const group = groupOf(tenant, file, spec)
      if (before) {
        await before.loop.stop()
        group.adopt(before.group)
      }
      begin(key, tenant, group, identity)
    }
    first = false
    for (const { tenant, file, message } of library.problems)
      log.warn(
        { tenant_id: tenant, file, reason: message },
        'a rule file cannot be used; its last good state stays',
      )
    if (running.size > 0) log.info({ groups: running.size }, 'recording and alerting rules are in force')
  }

  const tryReload = async (): Promise<void> => {
    try {
      await reload()
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'rule files cannot be read for now')
    }
  }

  return {
    groups: (tenant) =>
      [...library.groups().keys()].flatMap((key) => {
        const one = running.get(key)
        return one?.tenant === tenant ? [one.group.state()] : []
      }),
    problems: (tenant) =>
      library.problems
        .filter((problem) => problem.tenant === tenant)
        .map(({ file, message }) => ({ file, message })),
    async start() {
      await tryReload()
      cancel = clock.every(durationMs(config.reload_interval), () => {
        reloading ??= tryReload().finally(() => {
          reloading = undefined
        })
      })
    },
    async stop() {
      cancel?.()
      await reloading
      for (const forget of ending.values()) forget()
      stopped.abort(new Error('the platform is stopping'))
      await Promise.all([...running.values()].map(({ loop }) => loop.stop()))
    },
  }
}

/** The engine over one tenant's samples, with a time limit for one rule. */
function queryOf(
  promql: PromqlEngine,
  { source }: Pick<RulesDeps, 'source'>,
  tenant: string,
  timeoutMs: number,
  signal: AbortSignal,
) {
  const query = ruleQuery(promql, { source: source(tenant), limits: { timeoutMs }, signal })
  return async (text: string, timeMs: number) => {
    try {
      return await query(text, timeMs)
    } catch (error) {
      // Never an empty answer: it would end every alert.
      if (signal.aborted) throw new Fault('NOT_READY', 'The platform is stopping.')
      throw error
    }
  }
}
