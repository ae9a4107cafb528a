import { z } from 'zod'
import { redact } from '../../kernel/redaction.ts'
import { type Analysis, createAnalysis } from './analysis/analysis.ts'
import { createAsk } from './ask.ts'
import { createChat } from './chat/index.ts'
import type { IntelligenceConfig } from './config.ts'
import type { Intelligence, IntelligenceDeps } from './index.ts'
import { createModelRouter } from './model/router.ts'
import { createModelTurns } from './model-turn.ts'
import { createPersonas, type ToolEntry } from './persona/index.ts'
import { createKnownThings } from './question/known-things.ts'
import { createReader } from './question/reader.ts'
import { createReports } from './report/reports.ts'
import { tools } from './tool/index.ts'
import type { Tool } from './tool/tool.ts'
import { createToolBox } from './tool/tool-box.ts'

/** Joins the parts. */
export function createIntelligence(deps: IntelligenceDeps, config: IntelligenceConfig): Intelligence {
  const { clientOf, clock, records, objects, printer } = deps
  const toolBox = createToolBox(deps)
  const personas = createPersonas({ records, tools: toolEntries, clock })
  const personaOf: Intelligence['personaOf'] = (caller, id) => personas.get(caller, id)
  const router = createModelRouter(
    { ...deps, open: deps.openModel, audit: deps.auditModel, redact: (text) => redact(text).text },
    config.models,
  )
  const known = createKnownThings(deps)
  const read = createReader({ known, clock }, config)
  const openTurn = createModelTurns({ ...deps, router, toolBox, config: config.turn })
  const ask = createAsk({ ...deps, toolBox, read, personaOf, openTurn })
  const models = config.models.providers.map(({ name }) => name)
  const chat = createChat({ ...deps, ask, personaOf, models: () => models }, config.chat)
  const reports = createReports(
    { ...deps, repository: records.reports, objects, printer, toolBox, personaOf },
    config.reports,
  )
  const analysis: Analysis = createAnalysis({ clientOf, ask, clock })
  return {
    ...{ ask, personas, personaOf, chat, reports, analysis, toolBox },
    models: (tenant) => ({ policy: router.policyOf(tenant), providers: router.list(tenant) }),
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

/** The tools as people and clients see them, in their order. */
function toolEntries(): ToolEntry[] {
  return (Object.values(tools) as readonly Tool[]).map(({ name, title, description, effect, input }) => ({
    ...{ name, title, description, effect },
    input_schema: z.toJSONSchema(input, { io: 'input' }) as Record<string, unknown>,
  }))
}
