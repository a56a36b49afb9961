import { z } from 'zod';

/** What GitHub tells a job about itself: https://docs.github.com/actions/reference/workflows-and-actions/variables */
export const githubVariables = {
  GITHUB_ACTIONS: z.string().optional().describe('`true` where GitHub runs this: what breaks a budget is annotated.'),
  GITHUB_TOKEN: z.string().min(1).optional().describe('With `gate --github`: writes the status and the comment. Absent: neither.'),
  GITHUB_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe("Address of GitHub's API: of one's own GitHub, or of a test server."),
  GITHUB_REPOSITORY: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .optional()
    .describe('owner/name, set by GitHub.'),
  GITHUB_SHA: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional()
    .describe('Commit, set by GitHub; of a pull request the event says which one.'),
  GITHUB_HEAD_REF: z.string().min(1).optional().describe('Branch of a pull request, set by GitHub.'),
  GITHUB_REF_NAME: z.string().min(1).optional().describe('Branch or tag otherwise, set by GitHub.'),
  GITHUB_EVENT_PATH: z.string().min(1).optional().describe('File with what happened, set by GitHub.'),
  GITHUB_STEP_SUMMARY: z.string().min(1).optional().describe("File of the job's summary, set by GitHub."),
};
const githubSchema = z.object(githubVariables);

export interface GitHubEnvironment {
  readonly token?: string;
  readonly apiUrl: string;
  readonly repository?: string;
  readonly sha?: string;
  /** That the job is about. */
  readonly branch?: string;
  readonly eventPath?: string;
  readonly summaryPath?: string;
}

export function githubEnvironment(env: z.infer<typeof githubSchema>): GitHubEnvironment {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  const branch = env.GITHUB_HEAD_REF ?? env.GITHUB_REF_NAME;
  const { GITHUB_EVENT_PATH: eventPath, GITHUB_STEP_SUMMARY: summaryPath } = env;
  return {
    apiUrl: env.GITHUB_API_URL.replace(/\/+$/, ''),
    ...(token !== undefined && { token }),
    ...(repository !== undefined && { repository }),
    ...(sha !== undefined && { sha }),
    ...(branch !== undefined && { branch }),
    ...(eventPath !== undefined && { eventPath }),
    ...(summaryPath !== undefined && { summaryPath }),
  };
}
