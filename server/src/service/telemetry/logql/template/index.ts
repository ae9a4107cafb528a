/** Templates of `line_format` and `label_format`: Go's text/template with the functions Loki documents. */

import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import { runTemplate } from './evaluate.ts'
import { functions } from './function.ts'
import { type Node, type Operand, type Pipeline, parseTemplate } from './parse.ts'

export type TemplateData = {
  label(name: string): string
  /** All of them, for a template that shows the dot itself. */
  labels(): Labels
  line: string
  timeMs: number
}
/** Throws where the run fails, such as a pattern that is none. */
export type Template = (data: TemplateData) => string

/** Throws INVALID_LOGQL. */
export function compileTemplate(text: string): Template {
  const nodes = parseTemplate(text)
  checkFunctions(nodes)
  if (nodes.every((node) => node.node === 'text')) return () => text
  return (data) => runTemplate(nodes, data)
}

function checkFunctions(nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.node === 'text') continue
    checkPipeline(node.pipeline)
    if (node.node === 'action') continue
    checkFunctions(node.body)
    checkFunctions(node.otherwise)
  }
}

function checkPipeline({ commands }: Pipeline): void {
  for (const operand of commands.flat()) checkOperand(operand)
}

function checkOperand(operand: Operand): void {
  if (operand.operand === 'pipeline') checkPipeline(operand.pipeline)
  if (operand.operand === 'field' && operand.of) checkOperand(operand.of)
  if (
    operand.operand === 'function' &&
    operand.name !== 'and' &&
    operand.name !== 'or' &&
    !functions.has(operand.name)
  )
    throw new Fault('INVALID_LOGQL', `invalid template: function ${JSON.stringify(operand.name)} not defined`)
}
