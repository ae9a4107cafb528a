import { z } from 'zod'
import type { Caller } from '../../port/operation-client.ts'
import { type Analysis, createAnalysis } from './analysis/analysis.ts'
import { createAsk } from './ask.ts'
import type { IntelligenceConfig } from './config.ts'
import type { Ask, IntelligenceDeps, PersonaOf } from './index.ts'
import type { ModelRouter } from './model/router.ts'
import { createModelTurns } from './model-turn.ts'
import type { ToolEntry } from './persona/index.ts'
import { createKnownThings } from './question/known-things.ts'
import { createReader } from './question/reader.ts'
import { writeDocument } from './report/document.ts'
import { tools } from './tool/index.ts'
import type { Tool } from './tool/tool.ts'
import { createToolBox, type ToolBox } from './tool/tool-box.ts'

/** What answers: the reading of questions, the tools, the analyses, and what reports say. The larger part of the code by far. */
export type Engine = {
  ask: Ask
  analysis: Analysis
  toolBox: ToolBox
  /** In the order in which they are shown. */
  tools: readonly Tool[]
  /** The tools as people and clients see them, in their order. */
  entries(): readonly ToolEntry[]
  writeDocument: typeof writeDocument
  /** Gathers what this caller's questions may name, before one is asked. */
  prepare(caller: Caller): Promise<void>
}

export type EngineDeps = IntelligenceDeps & { router: ModelRouter; personaOf: PersonaOf }

export function createEngine(deps: EngineDeps, config: IntelligenceConfig): Engine {
  const { clientOf, clock } = deps
  const toolBox = createToolBox(deps)
  const known = createKnownThings(deps)
  const read = createReader({ known, clock }, config)
  const openTurn = createModelTurns({ ...deps, toolBox, config: config.turn })
  const ask = createAsk({ ...deps, toolBox, read, openTurn })
  const listed = Object.values(tools) as unknown as readonly Tool[]
  let made: readonly ToolEntry[] | undefined
  return {
    ...{ ask, toolBox, writeDocument, tools: listed },
    analysis: createAnalysis({ clientOf, ask, clock }),
    entries() {
      made ??= listed.map(entryOf)
      return made
    },
    async prepare(caller) {
      await known.of(caller)
    },
  }
}

const entryOf = ({ name, title, description, effect, input }: Tool): ToolEntry => ({
  ...{ name, title, description, effect },
  input_schema: z.toJSONSchema(input, { io: 'input' }) as Record<string, unknown>,
})
