import { monthlyText, usdText } from '../../money-text.ts'
import { type Answerer, planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { counted, listed, percentText } from '../words.ts'
import { callOf, isUnanswered, noPrices, servicesOf } from './reading.ts'

const asksForecast =
  /\bforecast|\bpredict|\bproject|\bend of (?:the )?month|\bmonth (?:will|end|come)|\bwill\b|\bgoing to\b|\bexpect/i
const over = ['BLOCK', 'HARD']

/** BUDGETS: spent, forecast and band of each, the worst first. */
export const budgets: Answerer = {
  intent: 'BUDGETS',
  plan(situation) {
    const named = situation.question.entities.filter(({ kind }) => ['NAMESPACE', 'PERSON'].includes(kind))
    return [planned('list_budgets', { name: [...servicesOf(situation), ...named.map(({ name }) => name)] })]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'list_budgets', 'how the budgets stand')) return writer.draft
    const { budgets: all, total } = found.output('list_budgets')!
    const call = callOf(found, 'list_budgets')
    if (all.length === 0)
      return writer
        .outcome('UNANSWERABLE')
        .headline(
          'I cannot say: no budget is set for that, so there is no limit to hold anything against.',
          call,
        )
        .step('A person with the right cost:write sets one on the page Cost.', call)
        .suggest('What do we spend?').draft
    const forecast = asksForecast.test(situation.question.text)
    const ranked = all
      .map((one, i) => ({ one, record: found.record('list_budgets', i) }))
      .sort((a, b) => usedOf(b.one, forecast) - usedOf(a.one, forecast))
    const exceeded = ranked.filter(({ one }) =>
      over.includes((forecast ? one.forecast_band : one.band) ?? ''),
    )
    const known = ranked.filter(({ one }) => one.spent_usd !== null)
    if (known.length === 0)
      writer
        .outcome('UNANSWERABLE')
        .headline(
          `I cannot say: ${counted(all.length, 'budget')} ${all.length === 1 ? 'is' : 'are'} set, but nothing that ${all.length === 1 ? 'it takes' : 'they take'} in has a known price.`,
          ranked.map(({ record }) => record),
        )
        .step(noPrices, call)
    else if (!forecast)
      writer.headline(
        exceeded.length > 0
          ? `Yes: ${listed(exceeded.map(({ one }) => plainText(one.budget.name)))} ${exceeded.length === 1 ? 'is' : 'are'} over budget.`
          : `No budget is exceeded; ${plainText(known[0]!.one.budget.name)} is nearest to its limit.`,
        (exceeded.length > 0 ? exceeded : known).slice(0, 10).map(({ record }) => record),
      )
    for (const { one, record } of ranked.slice(0, rowsOf(situation.persona.depth))) {
      const { budget, spent_usd: spent, forecast_usd: month, band } = one
      const name = plainText(budget.name)
      if (spent !== null)
        writer.say(
          `${name}: ${usdText(spent)} of ${monthlyText(budget.limit_monthly_usd)} spent this month, ${percentText(spent / budget.limit_monthly_usd)}, band ${band}.`,
          record,
        )
      if (month !== null)
        writer.say(
          `${name}: the month will come to ${usdText(month.p50)} (p10 ${usdText(month.p10)}, p90 ${usdText(month.p90)}), band ${one.forecast_band ?? 'not known'}.`,
          record,
          forecast ? 'HEADLINE' : 'FACT',
        )
      else if (spent !== null && forecast)
        writer.headline(`${name}: there is not yet a day of this month to forecast from.`, record)
      if (one.coverage < 0.95 && spent !== null)
        writer.caveat(
          `${name}: prices and usage are known of ${percentText(one.coverage)} of the month so far.`,
          record,
        )
    }
    if (total > all.length) writer.caveat(`There are ${total} budgets in all.`, call)
    return writer.suggest('What do we spend?', 'What could we save?').draft
  },
}

type Status = {
  spent_usd: number | null
  forecast_usd: { p50: number } | null
  budget: { limit_monthly_usd: number }
}
const usedOf = ({ spent_usd, forecast_usd, budget }: Status, isForecast: boolean): number =>
  ((isForecast ? forecast_usd?.p50 : spent_usd) ?? -1) / budget.limit_monthly_usd
