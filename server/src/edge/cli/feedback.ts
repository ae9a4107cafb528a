import { type Feedback, FeedbackState, FeedbackVerdict } from '@aiops/contract/model/feedback'
import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { learnedCommands } from './learned.ts'
import { wholeNumber } from './number-option.ts'
import { dim, percent, print, printJson, span, table } from './print.ts'

type GiveOptions = ConnectionOptions & { because: string; cause?: string }
type ListOptions = ConnectionOptions & { state?: FeedbackState; user?: string; limit: number }

/** The verdicts as they are typed. */
const verdicts = FeedbackVerdict.options.map((verdict) => verdict.toLowerCase().replace('_', '-')).join(', ')

export function feedbackCommands(program: Command): void {
  const feedback = program
    .command('feedback')
    .description('say what a finding was: detection learns from it; list, review, see the effect')
  giveCommand(feedback, 'anomaly')
  giveCommand(feedback, 'incident')
  learnedCommands(feedback)
  withConnection(feedback.command('list').description('labels, newest first'))
    .option('--state <state>', 'accepted, quarantined or rejected', stateOf)
    .option('--user <name>', 'of this person only')
    .option('--limit <count>', 'how many, 1 to 200', wholeNumber(1, 200), 50)
    .addHelpText(
      'after',
      '\nExamples:\n  aiops feedback list\n  aiops feedback list --state quarantined --json\n',
    )
    .action(async ({ state, user, limit, ...connection }: ListOptions) => {
      const found = await connect(connection).listFeedback({
        query: { page_size: limit, ...(state ? { state: [state] } : {}), ...(user ? { user } : {}) },
      })
      if (connection.json) return printJson(found)
      if (found.total === 0) return print('No label. Give one with "aiops feedback anomaly ID noise".')
      for (const line of table([['ID', 'AGE', 'BY', 'VERDICT', 'STATE', 'WHAT'], ...found.items.map(rowOf)]))
        print(line)
      print(
        dim(
          `${found.total} labels of ${found.counts.users} ${found.counts.users === 1 ? 'person' : 'people'}`,
        ),
      )
    })
  withConnection(
    feedback
      .command('effect')
      .description(
        'what labels have done: precision and recall without and with them, on labels not learned from',
      )
      .addHelpText('after', '\nExamples:\n  aiops feedback effect\n'),
  ).action(async (options: ConnectionOptions) => {
    const effect = await connect(options).getFeedbackEffect()
    if (options.json) return printJson(effect)
    print(effect.sentence)
    const { before, after } = effect.cross_validated
    const share = (value: number | null): string => (value === null ? '–' : percent(value))
    for (const line of table([
      ['', 'TOLD REAL', 'TOLD UNREAL', 'PRECISION', 'RECALL'],
      ...[
        { name: 'without labels', score: before },
        { name: 'with labels', score: after },
      ].map(({ name, score }) => [
        ...[name, String(score.told_real), String(score.told_unreal)],
        ...[share(score.precision), share(score.recall)],
      ]),
    ]))
      print(line)
  })
  withConnection(
    feedback
      .command('review <id> <decision>')
      .description('accept or reject a label; nobody reviews their own')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops feedback review 0190b6f2-7c1e accept --because "asked them"\n',
      ),
  )
    .option('--because <text>', 'why', '')
    .action(async (id: string, decision: string, options: GiveOptions) => {
      const made = await connect(options).reviewFeedback({
        params: { id },
        body: { decision: decisionOf(decision), comment: options.because },
      })
      said(made, options)
    })
  withConnection(
    feedback
      .command('delete <id>')
      .description('take a label back; what was learned from it is learned anew')
      .addHelpText('after', '\nExamples:\n  aiops feedback delete 0190b6f2-7c1e\n'),
  ).action(async (id: string, options: ConnectionOptions) => {
    await connect(options).deleteFeedback({ params: { id } })
    if (options.json) printJson({ deleted: id })
    else print(`${id} deleted`)
  })
}

function giveCommand(feedback: Command, target: 'anomaly' | 'incident'): void {
  const words = target === 'anomaly' ? 'true, false, noise, expected' : verdicts
  const command = withConnection(
    feedback
      .command(`${target} <id> <verdict>`)
      .description(`what an ${target} was: ${words}`)
      .addHelpText('after', examplesOf[target]),
  ).option('--because <text>', 'why; needed against HIGH and CRITICAL, and against most others', '')
  if (target === 'incident') command.option('--cause <entity>', 'with cause-wrong: what it was, kind/name')
  command.action(async (id: string, word: string, options: GiveOptions) => {
    const verdict = verdictOf(word)
    const client = connect(options)
    const explanation = options.because
    if (target === 'incident') {
      const { cause } = options
      const body = { verdict, explanation, ...(cause === undefined ? {} : { cause }) }
      return said(await client.labelIncident({ params: { id }, body }), options)
    }
    if (verdict === 'CAUSE_RIGHT' || verdict === 'CAUSE_WRONG')
      throw new InvalidArgumentError('An anomaly has no cause; label its incident.')
    said(await client.labelAnomaly({ params: { id }, body: { verdict, explanation } }), options)
  })
}

const examplesOf = {
  anomaly: `
Examples:
  aiops feedback anomaly 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a noise
  aiops feedback anomaly 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a expected --because "the nightly backup reads all tables from 02:00 on"
`,
  incident: `
Examples:
  aiops feedback incident 12 true
  aiops feedback incident 12 cause-wrong --cause service/payments --because "payments was deployed at 14:02 and failed first, orders only waited for it"
`,
}

function said(label: Feedback, { json }: ConnectionOptions): void {
  if (json) printJson(label)
  else print(`${label.id} ${label.verdict} ${label.state}`)
  if (!json && label.state === 'QUARANTINED')
    print(dim(`It teaches nothing until somebody reviews it (${label.reasons.join(', ')}).`))
}

const rowOf = (label: Feedback): string[] => [
  ...[label.id, span((Date.now() - Date.parse(label.updated_at)) / 1_000), label.user],
  ...[label.verdict, label.state, label.subject],
]

function verdictOf(word: string): FeedbackVerdict {
  const parsed = FeedbackVerdict.safeParse(word.toUpperCase().replace('-', '_'))
  if (!parsed.success) throw new InvalidArgumentError(`Say one of ${verdicts}.`)
  return parsed.data
}

function decisionOf(word: string): 'ACCEPT' | 'REJECT' {
  const decision = word.toUpperCase()
  if (decision !== 'ACCEPT' && decision !== 'REJECT') throw new InvalidArgumentError('Say accept or reject.')
  return decision
}

function stateOf(word: string): FeedbackState {
  const parsed = FeedbackState.safeParse(word.toUpperCase())
  if (!parsed.success) throw new InvalidArgumentError('Say accepted, quarantined or rejected.')
  return parsed.data
}
