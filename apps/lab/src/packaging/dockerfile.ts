import { DockerfileParser, type Copy, type From, type Instruction } from 'dockerfile-ast';

export interface Copied {
  /** The stage or image it comes from; null: the build context. */
  from: string | null;
  sources: string[];
}

export interface Stage {
  image: string;
  name: string | null;
  copies: Copied[];
  runs: string[];
  environment: string[];
  users: string[];
  exposed: string[];
  healthChecks: string[][];
  entryPoints: string[][];
  commands: string[][];
}

/** The stages of a Dockerfile in order; the last one is the image. Throws for one without a stage. */
export function parseDockerfile(text: string): [Stage, ...Stage[]] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push(begin(instruction as From));
    else read(stages.at(-1), instruction);
  }
  const [first, ...others] = stages;
  if (!first) throw new Error('A Dockerfile begins with FROM');
  return [first, ...others];
}

function begin(from: From): Stage {
  return {
    image: from.getImage() ?? '',
    name: from.getBuildStage(),
    copies: [],
    runs: [],
    environment: [],
    users: [],
    exposed: [],
    healthChecks: [],
    entryPoints: [],
    commands: [],
  };
}

const words = (instruction: Instruction): string[] =>
  instruction.getArguments().map((argument) => argument.getValue());

const READERS: Record<string, (stage: Stage, instruction: Instruction) => void> = {
  COPY: (stage, instruction) => {
    const from = (instruction as Copy).getFromFlag()?.getValue() ?? null;
    stage.copies.push({ from, sources: sources(instruction) });
  },
  ADD: (stage, instruction) => stage.copies.push({ from: null, sources: sources(instruction) }),
  RUN: (stage, instruction) => stage.runs.push(words(instruction).join(' ')),
  ENV: (stage, instruction) =>
    stage.environment.push(...words(instruction).map((word) => word.split('=')[0] ?? word)),
  USER: (stage, instruction) => stage.users.push(...words(instruction)),
  EXPOSE: (stage, instruction) => stage.exposed.push(...words(instruction)),
  HEALTHCHECK: (stage, instruction) => stage.healthChecks.push(command(instruction)),
  ENTRYPOINT: (stage, instruction) => stage.entryPoints.push(command(instruction)),
  CMD: (stage, instruction) => stage.commands.push(command(instruction)),
};

function read(stage: Stage | undefined, instruction: Instruction): void {
  if (stage) READERS[instruction.getKeyword()]?.(stage, instruction);
}

/** Everything but the flags and the destination. */
function sources(instruction: Instruction): string[] {
  return words(instruction)
    .filter((word) => !word.startsWith('--'))
    .slice(0, -1);
}

/** The words of a command in JSON form; the whole text as one word of a command in shell form. */
function command(instruction: Instruction): string[] {
  const content = instruction.getArgumentsContent() ?? '';
  const json = content.slice(content.indexOf('['));
  try {
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed) && parsed.every((word) => typeof word === 'string')) return parsed;
  } catch {
    // shell form
  }
  return [content];
}
