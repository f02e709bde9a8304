import workerpool from "workerpool";
import { echo, fail, increment, incrementLater } from "./functions.ts";

workerpool.worker({ increment, incrementLater, echo, fail });
