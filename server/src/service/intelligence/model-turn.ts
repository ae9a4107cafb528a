import type { Answer, Intent } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Clock } from '../../kernel/clock.ts'
import type { Random } from '../../kernel/random.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { Investigation } from './answer/investigation.ts'
import type { AskEvent, AskRequest } from './index.ts'
import { abilityOf, completerOf } from './model/completer.ts'
import type { ModelRouter } from './model/router.ts'
import { chooseIntent, type Prose, TokenEstimate, type TurnConfig, writeProse } from './model/turn/index.ts'
import { intentMeaning } from './question/intent-meaning.ts'
import type { Question } from './question/question.ts'
import { type ToolName, toolNames, tools } from './tool/index.ts'
import type { Tool } from './tool/tool.ts'
import type { CallOptions, ToolBox } from './tool/tool-box.ts'

/** What a language model may do for one answer: say what a question is about where that is unsure, and write the answer anew. */
export interface ModelTurn {
  intent(question: Question, signal: AbortSignal): Promise<Intent | undefined>
  write(
    answer: Pick<Answer, 'question' | 'outcome' | 'claims' | 'choices' | 'not_checked' | 'text'>,
    found: Investigation,
    on: (event: AskEvent) => void,
    signal: AbortSignal | undefined,
  ): Promise<Prose>
}

export type ModelTurnsDeps = {
  router: ModelRouter
  toolBox: ToolBox
  clock: Clock
  random: Random
  config: TurnConfig
}

/**
 * Opens a turn; undefined where no model is to be asked, or none may be. Throws MODEL_NOT_AVAILABLE where one is named that does not
 * exist. All that is done for one answer has one budget.
 */
export type OpenModelTurn = (
  caller: Caller,
  request: AskRequest,
  persona: Persona,
  options: CallOptions,
) => ModelTurn | undefined

export function createModelTurns(deps: ModelTurnsDeps): OpenModelTurn {
  const { router, toolBox } = deps
  const estimate = new TokenEstimate()
  return (caller, request, persona, options) => {
    if (request.model === false || request.model === 'deterministic') return undefined
    const only = typeof request.model === 'string' ? { only: request.model } : {}
    const ability = abilityOf(router, caller.tenant, only)
    if (!ability) return undefined
    const complete = completerOf(router, caller.tenant, only)
    return {
      intent({ text, intent, others }, signal) {
        const offered = [intent, ...others.map((other) => other.intent)]
        const choices = offered.map((one) => ({ intent: one, meaning: intentMeaning[one] }))
        return chooseIntent(text, choices, complete, signal)
      },
      write: (answer, found, on, signal) =>
        writeProse(
          {
            bundle: {
              ...{ question: answer.question, outcome: answer.outcome, claims: answer.claims },
              ...{ evidence: found.evidence, calls: found.calls, choices: answer.choices },
              ...{ notChecked: answer.not_checked, nowMs: deps.clock.now() },
            },
            ...{ text: answer.text, persona, ability },
            ...{ history: request.history ?? [], attachments: request.attachments ?? [] },
            lookUps: {
              tools: offeredTo(persona),
              call: async (name, input, within) =>
                found.add(
                  await toolBox.call(caller, name, input, { ...options, mayPropose: false, signal: within }),
                ),
            },
          },
          { ...deps, complete, estimate },
          // Evidence is told of as it is found.
          { on: (event) => event.type !== 'evidence' && on(event), ...(signal ? { signal } : {}) },
        ),
    }
  }
}

/** In the order in which the persona names them. */
function offeredTo({ capabilities }: Persona): readonly Tool[] {
  const known = capabilities.filter((name): name is ToolName => toolNames.includes(name as ToolName))
  return known.map((name) => tools[name] as unknown as Tool)
}
