import { type Answerer, planned } from '../answerer.ts'
import { isUnanswered, recordsOf } from '../cost/reading.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { counted, listed, momentText } from '../words.ts'

const asksSwitch =
  /\bkill ?switch|\bfreez|\bfrozen|\bmay (?:we|i) (?:change|deploy)|\bcan (?:we|i) (?:change|deploy)/i

/** POLICY: the rules that every change through Git must pass, and what else holds changes up. */
export const policy: Answerer = {
  intent: 'POLICY',
  plan: () => [planned('get_policy', {})],
  compose({ question, persona, nowMs }, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'get_policy', 'what the policy says')) return writer.draft
    const { policy: own, control } = found.output('get_policy')!
    const [main] = recordsOf(found, 'get_policy', 'POLICY')
    const [held] = recordsOf(found, 'get_policy', 'CONTROL')
    const rules = recordsOf(found, 'get_policy', 'RULE')
    const isSwitch = asksSwitch.test(question.text)
    if (control && held) {
      const { on, by, reason, at } = control.kill_switch
      const active = control.freezes.filter((one) => one.active)
      writer.say(
        on
          ? `The kill switch is on, set by ${plainText(by ?? 'somebody')}${at ? `, ${momentText(at, nowMs)}` : ''}: ${messageText(reason ?? 'no reason given', 200)}`
          : 'The kill switch is off.',
        held,
        isSwitch ? 'HEADLINE' : 'FACT',
      )
      writer.say(
        active.length > 0
          ? `A freeze is active: ${listed(active.map(({ name }) => plainText(name)))}.`
          : `No freeze is active; ${control.open} of ${control.open_max} changes that may be open are open.`,
        held,
        isSwitch ? 'HEADLINE' : 'FACT',
      )
    }
    const of = (outcome: string) => own.rules.filter((rule) => rule.outcome === outcome)
    const [deny, ask] = [of('DENY'), of('REQUIRE_APPROVAL')]
    writer.say(
      `The policy of ${plainText(own.source)} has ${counted(own.rules.length, 'rule')}: ${deny.length} that deny, ${ask.length} that ask for approval. What none of them speaks against passes.`,
      [main, ...rules.slice(0, 3)],
      isSwitch ? 'FACT' : 'HEADLINE',
    )
    writer.say(
      `So far it allowed ${own.said.allowed}, asked for approval of ${own.said.required_approval} and denied ${own.said.denied}.`,
      main,
    )
    const shown = [...deny, ...ask].slice(0, isSwitch ? 0 : Math.max(rowsOf(persona.depth), 20))
    for (const rule of shown)
      writer.say(
        `${rule.name} ${rule.outcome === 'DENY' ? 'denies' : `asks for ${counted(rule.approvals, 'approval')}`}: ${messageText(rule.description, 300).replace(/\.$/, '')}${rule.overridable ? '; an emergency may pass it' : ''}.`,
        rules[own.rules.indexOf(rule)],
      )
    const limits = Object.entries(own.limits).slice(0, 20)
    if (limits.length > 0 && !isSwitch)
      writer.say(
        `Its limits: ${listed(
          limits.map(([name, value]) => `${plainText(name)} ${value}`),
          20,
        )}.`,
        main,
      )
    return writer.suggest('Which changes wait for approval?', 'Is there drift?').draft
  },
}
