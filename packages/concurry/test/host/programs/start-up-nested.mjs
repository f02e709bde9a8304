import { mark } from "./marks.mjs";

mark("a module imported later");
