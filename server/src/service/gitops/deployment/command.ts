import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { messageOf } from '../../../kernel/fault.ts'
import type { ForgeNote } from '../../../port/forge.ts'
import type { DeploymentConfig } from './config.ts'
import { type Drive, save } from './drive.ts'
import { wordsOf } from './evidence.ts'

type Verb = 'plan' | 'unlock'
export type Command = { verb: Verb; note: number; login: string }

const permissionOf = { plan: 'deployments:write', unlock: 'deployments:approve' } as const
const plannable: readonly DeploymentState[] = ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED']

/**
 * Does what comments of its merge request ask for. That a comment was obeyed is stored with what it did, so that none is obeyed twice; the
 * answer is written after, and lost where the process ends between the two. Approving is no command: the forge has its own.
 */
export async function obey(drive: Drive): Promise<void> {
  const { deps, repository, current } = drive
  const { merge_request, state } = current.deployment
  if (!merge_request || current.work.ending || !deps.may) return
  if (state !== 'REQUESTED' && !plannable.includes(state)) return
  const after = current.work.notesTo ?? 0
  const notes = await notesAfter(drive, merge_request.number, after)
  const last = notes.at(-1)
  if (!last) return
  const answers: string[] = []
  let asked: string | undefined
  for (const command of commandsOf(notes)) {
    const name = nameOf(repository.forge.kind, command.login, drive.config)
    const refusal = refusalOf(drive, name, command)
    if (refusal !== undefined) answers.push(refusal)
    else if (command.verb === 'plan') asked = name
    else answers.push(await unlock(drive, name ?? ''))
  }
  const isAgain = asked !== undefined && plannable.includes(state)
  await save(drive, {
    work: {
      notesTo: last.number,
      ...(isAgain ? { plan: null, apply: null, waiting: null, dueMs: deps.clock.now() } : {}),
    },
    ...(isAgain
      ? {
          deployment: { ...unplanned, state: 'REQUESTED' as const },
          said: { message: 'Plan again, by a comment in the merge request.', actor: asked ?? '' },
        }
      : {}),
  })
  if (asked !== undefined && !isAgain) answers.push('`aiops plan`: it is being planned already.')
  if (answers.length > 0) await answer(drive, merge_request.number, answers)
}

/** One for each verb and login: a comment is a command where it is nothing else, and was never edited, which others than its author may do. */
export function commandsOf(notes: readonly ForgeNote[]): Command[] {
  const found = new Map<string, Command>()
  for (const { number, by, text, edited } of notes) {
    const verb = /^\s*aiops +(plan|unlock)\s*$/.exec(text.slice(0, 200))?.[1] as Verb | undefined
    if (verb && !edited && text.length <= 200) found.set(`${verb} ${by}`, { verb, note: number, login: by })
  }
  return [...found.values()]
}

const unplanned: Partial<Deployment> = { plan: null, policy: null, approvals: [], no_plan_reason: null }

/** A forge that cannot be asked for its comments holds up nothing else. */
async function notesAfter(
  { deps, repository, current }: Drive,
  number: number,
  after: number,
): Promise<ForgeNote[]> {
  try {
    return await repository.forge.notes(number, after)
  } catch (error) {
    const { id } = current.deployment
    deps.log.debug({ deployment: id, problem: messageOf(error) }, 'comments could not be read')
    return []
  }
}

/** The local forge's logins are the names here; those of others are what the configuration says they are, and nobody else. */
function nameOf(
  kind: string,
  login: string,
  { people }: Pick<DeploymentConfig, 'people'>,
): string | undefined {
  if (Object.hasOwn(people, login)) return people[login]
  return kind === 'LOCAL' ? login : undefined
}

function refusalOf(
  { deps, current, config }: Drive,
  name: string | undefined,
  { verb, login }: Command,
): string | undefined {
  const permission = permissionOf[verb]
  const who = wordsOf(login, 100)
  if (name === undefined)
    return `\`aiops ${verb}\` of ${who} was not done: gitops.people does not say who that is.`
  if (config.bots.includes(name)) return `\`aiops ${verb}\` of ${who} was not done: that is the platform.`
  if (deps.may?.(current.tenant, name, permission)) return undefined
  return `\`aiops ${verb}\` of ${who} was not done: it needs the permission ${permission}.`
}

async function unlock({ deps, current, stack }: Drive, name: string): Promise<string> {
  const { tenant, deployment } = current
  const said = await deps.unlock?.(tenant, deployment.repository, stack.name, name)
  return `\`aiops unlock\`: ${said?.message ?? 'the state is not kept here.'}`
}

async function answer({ deps, repository, current }: Drive, number: number, said: string[]): Promise<void> {
  try {
    await repository.forge.note(number, 'aiops-command', [...new Set(said)].slice(0, 10).join('\n\n'))
  } catch (error) {
    const { id } = current.deployment
    deps.log.debug({ deployment: id, problem: messageOf(error) }, 'a comment could not be answered')
  }
}
