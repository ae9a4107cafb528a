/** The local forge of the stand-in: a project with requests to review, one empty one, and a diff of every kind. */
import type { EventType } from '@aiops/contract/event'
import type {
  DiffFile,
  DiffLine,
  MergeRequest,
  MergeRequestDetail,
  MergeRequestDiff,
} from '@aiops/contract/model/merge-request'
import { iso, shaOf } from './deployment-part.ts'
import { type Input, Refusal } from './refusal.ts'

const minuteMs = 60_000
const ago = (minutes: number): string => iso(Date.now() - minutes * minuteMs)

export function mergeRequestHandlers(empty: boolean, _tell: (type: EventType, payload: unknown) => void) {
  const requests = empty ? [] : made()
  const find = ({ params }: Input): MergeRequestDetail => {
    const one = requests.find(
      ({ project, number }) => project === params.project && String(number) === params.number,
    )
    if (!one)
      throw new Refusal(404, 'NOT_FOUND', `There is no merge request ${params.number} in ${params.project}.`)
    return one
  }
  const seen = (one: MergeRequestDetail, head: unknown): void => {
    if (one.state !== 'OPEN') throw new Refusal(409, 'CONFLICT', `It is ${one.state.toLowerCase()}.`)
    if (one.head_sha !== head)
      throw new Refusal(
        409,
        'CONFLICT',
        `The branch has moved on to ${one.head_sha.slice(0, 12)}; look at that before you approve it.`,
      )
  }
  return {
    listForgeProjects: () => ({ git: '2.47.3', projects: empty ? [] : projects }),
    listMergeRequests: ({ params, query }: Input) => {
      const state = query.state?.[0]
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      if (!projects.some(({ name }) => name === params.project))
        throw new Refusal(404, 'NOT_FOUND', `There is no repository ${params.project}.`)
      const all = requests.filter((one) => one.project === params.project && (!state || one.state === state))
      const items = all.slice((page - 1) * size, page * size) as MergeRequest[]
      return { items, total: all.length, page, page_size: size, total_pages: Math.ceil(all.length / size) }
    },
    getMergeRequest: (input: Input) => find(input),
    getMergeRequestDiff: (input: Input) => diffOf(find(input)),
    approveMergeRequest: (input: Input) => {
      const one = find(input)
      seen(one, input.body.head_sha)
      one.approvals = [...one.approvals, { by: 'you', head_sha: one.head_sha, at: iso(), counts: true }]
      one.blocked_by = one.blocked_by.filter((why) => !why.includes('approval'))
      return Object.assign(one, { approvable: true })
    },
    unapproveMergeRequest: (input: Input) => {
      const one = find(input)
      one.approvals = one.approvals.filter(({ by }) => by !== 'you')
      one.blocked_by = [...one.blocked_by, needsOne]
      return one
    },
    mergeMergeRequest: (input: Input) => {
      const one = find(input)
      seen(one, input.body.head_sha)
      if (one.blocked_by[0]) throw new Refusal(409, 'CONFLICT', one.blocked_by[0])
      const merged = { merged_sha: shaOf('merged'), merged_by: 'you', merged_at: iso(), mergeable: null }
      return Object.assign(one, { state: 'MERGED', ...merged, blocked_by: ['It is merged.'] })
    },
    closeMergeRequest: (input: Input) =>
      Object.assign(find(input), { state: 'CLOSED', mergeable: null, approvable: false }),
    addMergeRequestNote: (input: Input) => {
      const one = find(input)
      const note = {
        id: String(Date.now()),
        author: 'you',
        text: String(input.body.text),
        created_at: iso(),
        updated_at: iso(),
      }
      one.notes = [...one.notes, note]
      return note
    },
  }
}

const needsOne = 'It needs 1 more approval of this commit, by somebody who did not write it.'
const projects = [
  {
    ...{
      name: 'infra',
      number: 1,
      description: 'Clusters and apps of production and staging.',
      default_branch: 'main',
    },
    ...{ head_sha: shaOf('main'), clone_url: 'http://127.0.0.1:8099/git/infra.git' },
    protected_branches: [
      { pattern: 'main', push: 'NOBODY' as const },
      { pattern: 'release/*', push: 'APPROVERS' as const },
    ],
    ...{ approvals_required: 1, open_merge_requests: 3, created_at: ago(90_000) },
  },
  {
    ...{ name: 'edge-sites', number: 2, description: '', default_branch: 'main', head_sha: null },
    ...{
      clone_url: 'http://127.0.0.1:8099/git/edge-sites.git',
      protected_branches: [],
      approvals_required: 2,
    },
    ...{ open_merge_requests: 0, created_at: ago(300) },
  },
]

const description = `\`\`\`text
cart has used 31 % of its CPU at p95 over 14 days.
\`\`\`

- Saving: **$118 a month** (p10 $74, p90 $161), predicted
- A stranger's word: [click here](https://evil.example/steal) and ![a picture](https://evil.example/p.png)
- <img src=x onerror=alert(1)> and https://evil.example/plain and www.evil.example

| variable | before | after |
|---|---|---|
| cart_instance | m5.2xlarge | m7g.xlarge |

Deployment \`dep-1042\`. The plan and what the policy says of it follow as a note.`

const base = (number: number, more: Partial<MergeRequestDetail>): MergeRequestDetail => ({
  ...{ project: 'infra', number, title: 'Move cart to m7g.xlarge in eu-west-1', description, target: 'main' },
  ...{
    source: `ai-recommendation/cart-${number}`,
    head_sha: shaOf(`dep-1042`),
    state: 'OPEN',
    author: 'aiops-bot',
  },
  ...{ labels: ['aiops', 'cost'], created_at: ago(number * -40 + 540), updated_at: ago(4) },
  ...{
    merged_sha: null,
    merged_by: null,
    merged_at: null,
    approvals_required: 1,
    mergeable: true,
    approvable: true,
  },
  ...{ not_approvable_because: null, blocked_by: [needsOne, 'Not finished: aiops/policy.'] },
  commits: [
    {
      ...{
        sha: shaOf('dep-1042'),
        title: 'Move cart to m7g.xlarge in eu-west-1',
        author: 'aiops-bot',
        committed_at: ago(60),
      },
      message:
        'Move cart to m7g.xlarge in eu-west-1\n\ncart has used 31 % of its CPU at p95 over 14 days.\n\ninfra/envs/prod/terraform.tfvars: cart_instance "m5.2xlarge" -> "m7g.xlarge"\n\nDeployment: dep-1042\nSigned-off-by: aiops-bot <aiops-bot@aiops.invalid>\n',
    },
    {
      sha: shaOf('older'),
      title: 'First try',
      message: 'First try\n',
      author: 'aiops-bot',
      committed_at: ago(90),
    },
  ],
  statuses: [
    {
      context: 'aiops/plan',
      state: 'SUCCESS',
      description: '2 to create, 1 to change, 1 to delete',
      url: null,
      by: 'aiops-bot',
      at: ago(20),
    },
    {
      context: 'aiops/policy',
      state: 'PENDING',
      description: 'Waits for 1 of 1 approvals.',
      url: 'http://127.0.0.1:8099/deployments/dep-1042',
      by: 'aiops-bot',
      at: ago(17),
    },
    {
      context: 'lint',
      state: 'FAILURE',
      description: 'tflint: 1 issue',
      url: 'https://ci.example/jobs/7',
      by: 'ci',
      at: ago(19),
    },
  ],
  approvals: [
    { by: 'ben', head_sha: shaOf('older'), at: ago(80), counts: false },
    { by: 'aiops-bot', head_sha: shaOf('dep-1042'), at: ago(50), counts: false },
  ],
  notes: [
    {
      ...{ id: 'n1', author: 'aiops-bot', created_at: ago(50), updated_at: ago(17) },
      text: '**AWAITING_APPROVAL** Waits for 1 of 1 approvals.\n\n```text\nOPENTOFU 1.10.6, plan 41c2…\n2 to create, 1 to change, 0 to replace, 1 to delete\nCost: $-0.22 an hour\n```',
    },
    {
      id: 'n2',
      author: 'mara',
      text: 'Is the arm image of cart built?',
      created_at: ago(30),
      updated_at: ago(30),
    },
  ],
  ...more,
})

const made = (): MergeRequestDetail[] => [
  base(14, {
    ...{
      title: 'Rework the network of the edge sites and everything that hangs on it',
      author: 'erik',
      labels: [],
    },
    ...{
      source: 'erik/network-rework',
      description: '',
      head_sha: shaOf('erik'),
      mergeable: false,
      approvable: false,
    },
    not_approvable_because: 'Nobody approves commits that they have pushed themselves.',
    blocked_by: ['It cannot be merged into main without conflict.', needsOne],
    ...{ statuses: [], approvals: [], notes: [] },
  }),
  base(12, {}),
  base(11, {
    ...{
      title: 'Add a second node group',
      author: 'mara',
      source: 'mara/nodes',
      blocked_by: [],
      statuses: [],
    },
    approvals: [{ by: 'anna', head_sha: shaOf('dep-1042'), at: ago(7), counts: true }],
  }),
  ...Array.from({ length: 32 }, (_, i) =>
    base(10 - i > 0 ? 10 - i : 100 + i, {
      ...{
        state: i % 5 === 4 ? ('CLOSED' as const) : ('MERGED' as const),
        mergeable: null,
        approvable: false,
      },
      ...(i % 5 === 4
        ? {}
        : { merged_sha: shaOf(`m${i}`), merged_by: 'anna', merged_at: ago(2_000 + i * 300) }),
      ...{
        updated_at: ago(2_000 + i * 300),
        blocked_by: ['It is merged.'],
        not_approvable_because: 'It is merged.',
      },
    }),
  ),
]

const lines = (text: string, oldStart: number, newStart: number): DiffLine[] => {
  let [before, after] = [oldStart, newStart]
  return text.split('\n').map((line): DiffLine => {
    const rest = line.slice(1)
    if (line.startsWith('+')) return { kind: 'ADDED', text: rest, old_line: null, new_line: after++ }
    if (line.startsWith('-')) return { kind: 'REMOVED', text: rest, old_line: before++, new_line: null }
    return { kind: 'CONTEXT', text: rest, old_line: before++, new_line: after++ }
  })
}

const file = (path: string, more: Partial<DiffFile>): DiffFile => ({
  ...{ old_path: path, new_path: path, change: 'CHANGED', binary: false, added: 0, removed: 0, hunks: [] },
  ...{ truncated: false, ...more },
})

function diffOf(request: MergeRequestDetail): MergeRequestDiff {
  const long = Array.from(
    { length: 900 },
    (_, i) => `+  { name = "site-${i}", cidr = "10.${i % 256}.0.0/16" },`,
  )
  const files: DiffFile[] = [
    file('infra/envs/prod/terraform.tfvars', {
      ...{ added: 2, removed: 1 },
      hunks: [
        {
          ...{ old_start: 11, old_lines: 7, new_start: 11, new_lines: 8, section: '' },
          lines: lines(
            ' # Where cart runs. Kept by the platform; comments stay.\n cart_provider = "aws"\n cart_region   = "eu-west-1"\n-cart_instance = "m5.2xlarge" # as of the spring load test\n+cart_instance = "m7g.xlarge" # as of the spring load test\n+cart_nodes    = 4\n \n # checkout\n checkout_provider = "alicloud"',
            11,
            11,
          ),
        },
      ],
    }),
    file('infra/modules/app/main.tf', {
      ...{ added: 2, removed: 2 },
      hunks: [
        {
          ...{
            old_start: 40,
            old_lines: 6,
            new_start: 40,
            new_lines: 6,
            section: 'resource "aws_eks_node_group" "workers" {',
          },
          lines: lines(
            '   node_role_arn = aws_iam_role.workers.arn\n   scaling_config {\n-    desired_size = 4\n-    max_size     = 4\n+    desired_size = var.nodes\n+    max_size     = var.nodes * 2 # <script>alert("a stranger wrote this, and a very long line of it that goes on and on beyond any screen")</script>\n     min_size     = 1\n   }',
            40,
            40,
          ),
        },
        {
          ...{ old_start: 77, old_lines: 2, new_start: 77, new_lines: 2, section: 'output "arn" {' },
          lines: lines(' output "arn" {\n   value = aws_eks_node_group.workers.arn', 77, 77),
        },
      ],
    }),
    file('infra/modules/app/nodes.tf', {
      ...{ old_path: null, change: 'ADDED', added: 3 },
      hunks: [
        {
          ...{ old_start: 0, old_lines: 0, new_start: 1, new_lines: 3, section: '' },
          lines: lines('+variable "nodes" {\n+  type = number\n+}', 0, 1),
        },
      ],
    }),
    file('docs/layout.png', { binary: true }),
    file('infra/modules/app/readme.md', { old_path: 'infra/modules/app/README.md', change: 'RENAMED' }),
  ]
  if (request.number === 14)
    files.push(
      file('infra/envs/edge/sites.auto.tfvars', {
        ...{ added: 4_200, truncated: true },
        hunks: [
          {
            ...{ old_start: 0, old_lines: 0, new_start: 1, new_lines: 900, section: '' },
            lines: lines(long.join('\n'), 0, 1),
          },
        ],
      }),
    )
  const total = request.number === 14 ? 412 : files.length
  return {
    base_sha: shaOf('main'),
    head_sha: request.head_sha,
    files,
    files_total: total,
    truncated: total > files.length,
  }
}
