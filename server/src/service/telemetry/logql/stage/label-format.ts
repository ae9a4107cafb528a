import { messageOf } from '../../../../kernel/fault.ts'
import { valueTest } from '../../../../kernel/matcher.ts'
import type { LabelChoice, Stage } from '../expression.ts'
import { errorDetailsLabel, errorLabel, type LogLine } from '../log-line.ts'
import { compileTemplate, type Template } from '../template/index.ts'
import type { CompiledStage } from './index.ts'

const templateError = 'TemplateFormatErr'

export function lineFormatStage(text: string): CompiledStage {
  const template = compileTemplate(text)
  return (line) => {
    const made = run(template, line)
    if (made !== undefined) line.line = made
    return true
  }
}

export function labelFormatStage(
  formats: Extract<Stage, { stage: 'label-format' }>['formats'],
): CompiledStage {
  const all = formats.map(({ name, from, value }) => ({
    ...{ name, value },
    template: from === 'template' ? compileTemplate(value) : undefined,
  }))
  return (line) => {
    for (const { name, value, template } of all) {
      if (template) {
        const made = run(template, line)
        if (made === undefined) return true
        line.set(name, made)
        continue
      }
      const found = line.find(value)
      if (found === undefined) continue
      line.delete(value)
      line.set(name, found)
    }
    return true
  }
}

/** `drop a, b="x"` takes labels away; `keep a, b="x"` all others, but not what tells of an error. */
export function choiceStage({ stage, choices }: Extract<Stage, { stage: 'drop' | 'keep' }>): CompiledStage {
  const tests = choices.map(({ name, matcher }: LabelChoice) => ({
    name,
    test: matcher ? valueTest(matcher) : undefined,
  }))
  const chosen = (line: LogLine, name: string): boolean =>
    tests.some((choice) => choice.name === name && (!choice.test || choice.test(line.get(name))))
  if (stage === 'drop')
    return (line) => {
      for (const { name } of tests) if (chosen(line, name)) line.delete(name)
      return true
    }
  return (line) => {
    for (const name of line.names())
      if (name !== errorLabel && name !== errorDetailsLabel && !chosen(line, name)) line.delete(name)
    return true
  }
}

function run(template: Template, line: LogLine): string | undefined {
  try {
    return template({
      label: (name) => line.get(name),
      line: line.line,
      timeMs: line.timeMs,
      labels: () => line.labels(),
    })
  } catch (error) {
    line.fail(templateError, messageOf(error))
    return undefined
  }
}
