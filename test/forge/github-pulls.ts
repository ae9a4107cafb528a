import { type Answer, iso, ok, paged, type Route, refuse } from './http.ts'
import { bot, type Note, type Request, type World } from './world.ts'

/** Pull requests, reviews and comments as docs.github.com describes them. */
export function githubPullRoutes(world: World, route: (path: string) => RegExp): Route[] {
  const json = (request: Request, whole = true): unknown => pullJson(world, request, whole)
  const withPull = (number: string | undefined, then: (request: Request) => Answer): Answer => {
    const request = world.requests.get(Number(number))
    return request ? then(request) : refuse(404, 'Not Found')
  }
  return [
    [
      'GET',
      route('/pulls'),
      (call) => {
        const state = call.query.get('state') ?? 'open'
        const head = call.query.get('head')
        const found = world
          .newestFirst()
          .filter(
            (one) =>
              (state === 'all' || (one.state === 'OPEN') === (state === 'open')) &&
              (head === null || head === `${one.fork ?? 'octo'}:${one.source}`),
          )
        return paged(
          call,
          found.map((one) => json(one, false)),
          'per_page',
          100,
          30,
        )
      },
    ],
    [
      'POST',
      route('/pulls'),
      ({ body }) => {
        const failed = (error: unknown): Answer => ({
          status: 422,
          json: { message: 'Validation Failed', errors: [error] },
        })
        if (!world.git.branches.has(body.head))
          return failed({ resource: 'PullRequest', field: 'head', code: 'invalid' })
        if (world.openOf(body.head))
          return failed({
            resource: 'PullRequest',
            code: 'custom',
            message: `A pull request already exists for octo:${body.head}.`,
          })
        if (body.body.length > 65_536)
          return failed({ field: 'body', message: 'body is too long (maximum is 65536 characters)' })
        return {
          status: 201,
          json: json(
            world.open({
              title: body.title,
              description: body.body,
              source: body.head,
              target: body.base,
              labels: [],
            }),
          ),
        }
      },
    ],
    ['GET', route('/pulls/(\\d+)'), (_, number) => withPull(number, (request) => ok(json(request)))],
    [
      'PATCH',
      route('/pulls/(\\d+)'),
      ({ body }, number) =>
        withPull(number, (request) => {
          if (body.title !== undefined) request.title = body.title
          if (body.body !== undefined) request.description = body.body
          if (body.state === 'closed') world.close(request)
          return ok(json(request))
        }),
    ],
    [
      'PUT',
      route('/pulls/(\\d+)/merge'),
      ({ body }, number) =>
        withPull(number, (request) => {
          if (request.state !== 'OPEN') return refuse(405, 'Pull Request is not mergeable')
          if (body.sha !== world.headOf(request))
            return refuse(409, 'Head branch was modified. Review and try the merge again.')
          const sha = world.merge(request, `${body.commit_title}\n\n${body.commit_message}`)
          return sha
            ? ok({ sha, merged: true, message: 'Pull Request successfully merged' })
            : refuse(405, 'Pull Request is not mergeable')
        }),
    ],
    [
      'GET',
      route('/pulls/(\\d+)/reviews'),
      (call, number) =>
        withPull(number, ({ approvals }) =>
          paged(
            call,
            approvals.map(({ id, login, state, headSha, timeMs }) => ({
              ...{ id, state, commit_id: headSha, submitted_at: iso(timeMs) },
              user: { login },
            })),
            'per_page',
            100,
            30,
          ),
        ),
    ],
    ...commentRoutes(world, route, withPull),
  ]
}

function commentRoutes(
  world: World,
  route: (path: string) => RegExp,
  withPull: (number: string | undefined, then: (request: Request) => Answer) => Answer,
): Route[] {
  const json = ({ id, author, body, timeMs, editedMs }: Note): unknown => ({
    ...{ id, body, user: { login: author } },
    ...{ created_at: iso(timeMs), updated_at: iso(editedMs ?? timeMs) },
  })
  return [
    [
      'GET',
      route('/issues/(\\d+)/comments'),
      (call, number) => withPull(number, ({ notes }) => paged(call, notes.map(json), 'per_page', 100, 30)),
    ],
    [
      'POST',
      route('/issues/(\\d+)/comments'),
      ({ body }, number) =>
        withPull(number, (request) => ({ status: 201, json: json(world.note(request, bot, body.body)) })),
    ],
    [
      'PATCH',
      route('/issues/comments/(\\d+)'),
      ({ body }, id) => {
        const note = [...world.requests.values()]
          .flatMap(({ notes }) => notes)
          .find((one) => one.id === Number(id))
        if (!note) return refuse(404, 'Not Found')
        world.edit(note, body.body)
        return ok(json(note))
      },
    ],
    [
      'POST',
      route('/issues/(\\d+)/labels'),
      ({ body }, number) =>
        withPull(number, (request) => {
          request.labels = [...new Set([...request.labels, ...body.labels])]
          return ok(request.labels.map((name) => ({ name })))
        }),
    ],
  ]
}

/** Whether it can be merged is worked out for one that is asked for alone. */
function pullJson(world: World, request: Request, whole: boolean): unknown {
  const open = request.state === 'OPEN'
  const conflict = open && world.conflicts(request)
  return {
    ...{
      number: request.number,
      title: request.title,
      body: request.description,
      state: open ? 'open' : 'closed',
    },
    head: {
      ref: request.source,
      sha: world.headOf(request),
      repo: { full_name: request.fork ? `${request.fork}/shop` : 'octo/shop' },
    },
    base: {
      ref: request.target,
      sha: world.git.branches.get(request.target),
      repo: { full_name: 'octo/shop' },
    },
    labels: request.labels.map((name) => ({ name })),
    user: { login: request.author },
    html_url: `https://github.invalid/octo/shop/pull/${request.number}`,
    ...{ created_at: iso(request.createdMs), updated_at: iso(request.updatedMs) },
    merged_at: request.state === 'MERGED' ? iso(request.updatedMs) : null,
    // While it is open this is the commit of a trial merge.
    merge_commit_sha: open ? 'e5bd3914e2e596debea16f433f57875b5b90bcd6' : request.mergedSha,
    ...(whole
      ? {
          mergeable: open ? !conflict : null,
          mergeable_state: conflict ? 'dirty' : 'clean',
          merged: request.state === 'MERGED',
        }
      : {}),
  }
}
