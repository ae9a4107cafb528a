import { lazy } from '../../kernel/lazy.ts'
import { redact } from '../../kernel/redaction.ts'
import { createChat } from './chat/index.ts'
import type { IntelligenceConfig } from './config.ts'
import type { Intelligence, IntelligenceDeps } from './index.ts'
import { loadEngine } from './load-engine.ts'
import { createModelRouter } from './model/router.ts'
import { createPersonas } from './persona/index.ts'
import { createReports } from './report/reports.ts'

/**
 * Joins the parts. What a start needs is here at once: conversations that were cut off, reports that wait, schedules. What answers
 * questions is loaded by the first that asks.
 */
export function createIntelligence(deps: IntelligenceDeps, config: IntelligenceConfig): Intelligence {
  const { clock, records } = deps
  const router = createModelRouter(
    {
      ...{ ...deps, open: deps.openModel, audit: deps.auditModel, spending: records.modelSpending },
      redact: (text) => redact(text).text,
    },
    config.models,
  )
  const personaOf: Intelligence['personaOf'] = (caller, id) => personas.get(caller, id)
  const engine = lazy(async () => {
    const { createEngine } = await loadEngine(clock)
    return createEngine({ ...deps, router, personaOf }, config)
  })
  const ask: Intelligence['ask'] = async (...asked) => (await engine()).ask(...asked)
  const toolBox: Intelligence['toolBox'] = { call: async (...call) => (await engine()).toolBox.call(...call) }
  const personas = createPersonas({ records, tools: async () => (await engine()).entries(), clock })
  const models = config.models.providers.map(({ name }) => name)
  const chat = createChat({ ...deps, ask, personaOf, models: () => models }, config.chat)
  const reports = createReports(
    {
      ...{ ...deps, repository: records.reports, toolBox, personaOf },
      writeDocument: async (...asked) => (await engine()).writeDocument(...asked),
    },
    config.reports,
  )
  return {
    ...{ ask, personas, personaOf, chat, reports, toolBox },
    analysis: {
      anomaly: async (...asked) => (await engine()).analysis.anomaly(...asked),
      rootCause: async (...asked) => (await engine()).analysis.rootCause(...asked),
      explain: async (...asked) => (await engine()).analysis.explain(...asked),
    },
    tools: async () => (await engine()).tools,
    models(caller) {
      // Who looks which models there are, as a page does on which to ask, is about to ask. Where it fails, the question says so.
      engine()
        .then(({ prepare }) => prepare(caller))
        .catch(() => undefined)
      return { policy: router.policyOf(caller.tenant), providers: router.list(caller.tenant) }
    },
    async start() {
      await chat.start()
      await reports.start()
    },
    async stop() {
      await reports.stop()
      await chat.stop()
    },
  }
}
