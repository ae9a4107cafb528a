import { intervalText, monthlyText, usdText } from '../../money-text.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { counted } from '../words.ts'
import { callOf, isUnanswered, rangeOf, recordsOf, servicesOf } from './reading.ts'

/** "what was saved" rather than "what could we save". */
const asksPast =
  /\b(?:was|were|did|have|has|had|been|already|realised|realized)\b.*\bsav|\bsaved\b|\brealis|\brealiz/i

const asksFuture = /\b(?:could|can|would|might|may)\b/i

/** SAVINGS: what could be had by the month, or what was had, predicted beside realised. */
export const savings: Answerer = {
  intent: 'SAVINGS',
  plan(situation) {
    const subject =
      servicesOf(situation)[0] ?? situation.question.entities.find(({ kind }) => kind === 'NAMESPACE')?.name
    return [planned('list_savings', { ...(subject ? { subject } : {}), ...rangeOf(situation) })]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'list_savings', 'what could be saved')) return writer.draft
    if (!asksFuture.test(situation.question.text) && asksPast.test(situation.question.text))
      sayRealised(writer, situation, found)
    else sayOpportunities(writer, situation, found)
    return writer.suggest('What do we spend?', 'Which changes wait for approval?').draft
  },
}

function sayOpportunities(writer: DraftWriter, situation: Situation, found: Found): void {
  const { opportunities, opportunities_total: total, notices } = found.output('list_savings')!
  const call = callOf(found, 'list_savings')
  const records = recordsOf(found, 'list_savings', 'OPPORTUNITY')
  const [first] = opportunities
  if (!first) {
    writer.headline('Nothing that could be saved was found.', call)
    for (const notice of notices.slice(0, 5))
      writer.caveat(messageText(notice, 300), call).couldNot('savings', notice)
    return
  }
  writer.headline(
    `${counted(total, 'thing')} could be saved on; the most is ${monthlyText(first.saving_monthly_usd.p50)} (p10 ${monthlyText(first.saving_monthly_usd.p10)}) with ${plainText(first.subject)}.`,
    [call, records[0]],
  )
  for (const [i, one] of opportunities.slice(0, rowsOf(situation.persona.depth)).entries())
    writer.say(
      `${plainText(one.subject)} (${wordOf(one.action)}): ${intervalText(one.saving_monthly_usd, monthlyText)}. ${messageText(one.summary, 400)}`,
      records[i],
    )
  writer.caveat('These are estimates; what a change really saved is measured after it.', call)
}

function sayRealised(writer: DraftWriter, situation: Situation, found: Found): void {
  const { savings: all, savings_total: total } = found.output('list_savings')!
  const call = callOf(found, 'list_savings')
  const records = recordsOf(found, 'list_savings', 'SAVING')
  const [sum] = recordsOf(found, 'list_savings', 'REALISED')
  const measured = all.filter(({ realised_usd }) => realised_usd !== null)
  if (measured.length === 0)
    writer.headline(
      total === 0
        ? 'Nothing was measured yet: no decision of that time was carried out, so no saving can be said.'
        : `${counted(total, 'decision')} ${total === 1 ? 'is' : 'are'} not measured yet, so no saving can be said.`,
      [call, ...records.slice(0, 5)],
    )
  else if (sum)
    writer.headline(
      `${usdText(Number(sum.fields.realised_total_usd))} saved so far, by ${counted(measured.length, 'decision')} that ${measured.length === 1 ? 'was' : 'were'} measured.`,
      [sum, ...records.slice(0, 3)],
    )
  for (const [i, one] of all.slice(0, rowsOf(situation.persona.depth)).entries()) {
    const { service, predicted_usd: predicted, realised_usd: realised, right } = one
    writer.say(
      `${plainText(service)}: ${realised === null ? 'not measured yet' : `${intervalText(realised, usdText)} realised`}${predicted === null ? '' : `, ${usdText(predicted.p50)} predicted`}${right === null ? '' : right ? '; it was right so far' : '; it was wrong so far'}.`,
      records[i],
      sum || measured.length === 0 || i > 0 ? 'FACT' : 'HEADLINE',
    )
  }
}

const wordOf = (action: string): string => action.toLowerCase().replaceAll('_', '-')
