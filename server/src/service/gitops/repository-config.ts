import { z } from 'zod'
import { secretName } from '../../port/secret-source.ts'

const folder = z
  .string()
  .max(512)
  .refine((path) => !path.split('/').some((part) => part === '..' || part === '.') && !path.startsWith('/'), {
    message: 'is a folder seen from the root of the repository, such as infra/envs/prod',
  })
const secret = z.string().regex(secretName, 'is the name of a secret: capital letters, digits and _')
const variable = z.string().min(1).max(200).nullable().default(null)

export const PlacementConfig = z.strictObject({
  file: folder.min(1).describe('Variables file, seen from the root of the repository.'),
  provider: variable.describe('Variable that says at which provider the service runs.'),
  region: variable.describe('Variable that says in which region.'),
  instance: variable.describe('Variable that says on which type of instance.'),
})

export const StackConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('Of the stack: small letters, digits and dashes.'),
  folder: folder.default('').describe('Folder in which OpenTofu or Terraform runs; empty: the root.'),
  modules: z
    .array(folder.min(1))
    .max(50)
    .default([])
    .describe('Further folders that it needs, such as modules.'),
  files: z
    .array(folder.min(1))
    .max(100)
    .default([])
    .describe('Files whose variables may be changed; empty: every .tfvars file below the folder.'),
  services: z
    .record(z.string().min(1).max(200), PlacementConfig)
    .default({})
    .describe('By service: which variables of which file say where it runs.'),
})

/** An entry of `gitops.repositories`. */
export const RepositoryConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .describe('Of the repository here: small letters, digits and dashes.'),
    tenant: z.string().min(1).default('default').describe('Whose repository it is.'),
    forge: z
      .enum(['LOCAL', 'GITLAB', 'GITHUB', 'GITEA'])
      .describe('Which kind of server holds it; LOCAL: this program.'),
    url: z
      .string()
      .max(2_000)
      .default('')
      .refine(
        (url) => url === '' || isWebAddress(url),
        'is an address such as https://gitlab.example, without user or query',
      )
      .describe('Where people see that server, with its path; empty: gitlab.com or github.com.'),
    project: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[^\s?#%]+$/)
      .describe('group/project, owner/repository, or the name of a local repository.'),
    token_secret: secret.optional().describe('Name of the secret with the token. Not for LOCAL.'),
    hook_secret: secret
      .optional()
      .describe('Name of the secret that webhooks prove; without it they are refused.'),
    login: z
      .string()
      .max(200)
      .optional()
      .describe('GITHUB only, for the token of an app, which may not ask who it is: NAME[bot].'),
    default_branch: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Branch that changes go into; else what the server says.'),
    trust_approval_time: z
      .boolean()
      .default(false)
      .describe(
        'GITLAB only. GitLab does not say which commit an approval was for: true takes the one that stood when it was given; false never counts it as one of a certain commit.',
      ),
    stacks: z.array(StackConfig).max(100).default([]).describe('What is planned and applied from it.'),
  })
  .superRefine((entry, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (entry.forge !== 'LOCAL' && entry.token_secret === undefined)
      issue('token_secret', 'is needed for this forge')
    if (entry.forge === 'GITEA' && entry.url === '') issue('url', 'is needed: there is no one Gitea')
    if ((entry.forge === 'GITHUB' || entry.forge === 'GITEA') && !/^[^/]+\/[^/]+$/.test(entry.project))
      issue('project', 'is owner/repository')
    const names = entry.stacks.map(({ name }) => name)
    if (new Set(names).size !== names.length) issue('stacks', 'two have the same name')
  })
export type RepositoryConfig = z.infer<typeof RepositoryConfig>

export const RepositoriesConfig = z
  .array(RepositoryConfig)
  .max(200)
  .refine(
    (all) => new Set(all.map(({ tenant, name }) => `${tenant} ${name}`)).size === all.length,
    'two have the same name',
  )
  .default([])
  .describe('Repositories through which changes go.')

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}
