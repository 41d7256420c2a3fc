"""Studies on top of the runner, one file each: what the model says about its cases, levers and speed."""
