/** What hangs on documents, settings of lists and translations in the OpenAPI description. */

type Json = Record<string, unknown>;
type Paths = [string, Json][];

const DOCUMENT = { schema: { type: 'object' } };
const responses = (description: string, status = 200): Json => ({
  [status]: status === 204 ? { description } : { description, content: { 'application/json': DOCUMENT } },
  default: { $ref: '#/components/responses/Problem' },
});
const inQuery = (name: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
});
const inPath = (name: string): Json => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const PAGE = [
  inQuery('limit', 'Entries of a page, 1 to 100; 20 when absent'),
  inQuery('before', 'next of the page before'),
];
const SHOW = inQuery('show', 'everything (when absent), comments or changes');

function body(properties: readonly string[]): Json {
  const schema = { type: 'object', properties: Object.fromEntries(properties.map((name) => [name, {}])) };
  return { required: true, content: { 'application/json': { schema } } };
}

/** Of one DocType; `base` is its own path. */
export function activityPaths(base: string, name: Json, tags: readonly string[], storage: string): Paths {
  const at = (part: string, item: Json, more: readonly Json[] = []): [string, Json] => [
    `${base}/{name}/${part}`,
    { parameters: [name, ...more], ...item },
  ];
  const does = (summary: string, more: Json = {}, status = 200): Json => ({
    tags,
    summary,
    ...more,
    responses: responses(summary, status),
  });
  const reading = [
    at('docinfo', { get: does('All that stands beside the form') }),
    at('links', { get: does('Documents that link to it, counted') }),
    at('timeline', { get: does('All that happened to it, newest first', { parameters: [...PAGE, SHOW] }) }),
  ];
  if (storage === 'virtual') return reading;
  return [
    ...reading,
    at('comments', {
      get: does('Comments, newest first', { parameters: PAGE }),
      post: does('Comment on it', { requestBody: body(['content']) }, 201),
    }),
    at(
      'comments/{id}',
      {
        patch: does('Change a comment of your own', { requestBody: body(['content']) }),
        delete: does('Delete a comment', {}, 204),
      },
      [inPath('id')],
    ),
    at('assignments', {
      get: does('Assignments', { parameters: [inQuery('status', 'Open, Closed or Cancelled')] }),
      post: does('Assign it', { requestBody: body(['users', 'description', 'priority', 'date']) }, 201),
      delete: does('Take an assignment back', { parameters: [inQuery('user', 'Whose')] }, 204),
    }),
    at(
      'assignments/{id}',
      {
        patch: does('Close or change an assignment', {
          requestBody: body(['status', 'priority', 'date', 'description']),
        }),
        delete: does('Take an assignment back', {}, 204),
      },
      [inPath('id')],
    ),
    at('tags', {
      get: does('Tags'),
      post: does('Put tags on it', { requestBody: body(['tags']) }),
      delete: does('Take a tag away', { parameters: [inQuery('tag', 'Which')] }),
    }),
    at('tags/{tag}', { delete: does('Take a tag away') }, [inPath('tag')]),
    at('versions', {
      get: does('What was changed, newest first', {
        parameters: [inQuery('limit', 'Entries of a page'), inQuery('offset', 'Entries to leave out')],
      }),
    }),
    at('shares', { get: does('With whom it is shared') }),
    at('like', { get: does('Likes'), put: does('Like it'), delete: does('Take your like back') }),
  ];
}

export const commonActivityPaths: Paths = [
  [
    '/api/v1/activity/assigned-to-me',
    {
      get: {
        summary: 'What is assigned to you',
        parameters: [inQuery('status', 'Open, Closed or Cancelled'), ...PAGE],
        responses: responses('A page'),
      },
    },
  ],
  [
    '/api/v1/activity/mentions',
    { get: { summary: 'Where you are mentioned', parameters: PAGE, responses: responses('A page') } },
  ],
  [
    '/api/v1/activity/tags',
    {
      get: {
        summary: 'Tags in use on documents of a DocType',
        parameters: [inQuery('doctype', 'The DocType')],
        responses: responses('Tags with counts'),
      },
    },
  ],
  [
    '/api/v1/search',
    {
      get: {
        summary: 'Documents of all DocTypes by what they are called',
        parameters: [
          inQuery('q', 'Words that must all occur'),
          inQuery('by', 'name: only names that begin with q'),
          inQuery('first', 'JSON list of DocTypes to look into before the others'),
          inQuery('limit', 'At most 50; 20 when absent'),
        ],
        responses: responses('DocType, name and title of each'),
      },
    },
  ],
  [
    '/api/v1/activity/people',
    {
      get: {
        summary: 'People to name, assign to and share with',
        parameters: [
          inQuery('q', 'A part of their name'),
          inQuery('limit', 'At most so many, 1 to 100; 20 when absent'),
        ],
        responses: responses('Users with names and pictures'),
      },
    },
  ],
  [
    '/api/v1/settings/user',
    {
      get: { summary: 'What you keep of the desk as a whole', responses: responses('The settings') },
      put: { summary: 'Keep it', requestBody: body(['settings']), responses: responses('The settings') },
    },
  ],
  [
    '/api/v1/settings/user/{doctype}',
    {
      parameters: [inPath('doctype')],
      get: { summary: 'How you left the list of a DocType', responses: responses('The settings') },
      put: {
        summary: 'Keep how you leave it',
        requestBody: body(['view', 'saved_view', 'filters', 'columns', 'sort', 'group_by', 'page_length', 'settings']),
        responses: responses('The settings'),
      },
    },
  ],
  [
    '/api/v1/settings/workspaces',
    { get: { summary: 'The workspaces of your sidebar', responses: responses('Workspaces in their order') } },
  ],
  [
    '/api/v1/settings/workspaces/{name}',
    {
      parameters: [inPath('name')],
      get: {
        summary: 'A workspace, and in it what you may open',
        responses: responses('Shortcuts, and cards of links'),
      },
    },
  ],
  [
    '/api/v1/settings/workspaces/{name}/counts',
    {
      parameters: [inPath('name')],
      get: {
        summary: 'How many documents its shortcuts lead to',
        responses: responses('Counts by the id of the shortcut'),
      },
    },
  ],
  [
    '/api/v1/settings/translations',
    {
      get: {
        summary: 'The words of a language',
        security: [],
        parameters: [inQuery('lang', 'Language code; yours when absent')],
        responses: responses('The dictionary'),
      },
    },
  ],
];
