import type { ZodObject } from 'zod';

export function configurationDocs(environmentSchema: ZodObject, configFileSchema: ZodObject): string;
